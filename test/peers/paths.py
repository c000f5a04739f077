"""What networkx answers about paths: networks as JSON on standard input, answers as JSON on standard output.

Ends and answers are nodes; paths come as lists of nodes with their weight.
"""

import json
import sys
from itertools import islice

import networkx as nx


def published():
    """Networks that networkx ships, with nodes numbered in their own order."""
    named = {
        "karate": nx.karate_club_graph(),
        "florentine": nx.florentine_families_graph(),
        "davis": nx.davis_southern_women_graph(),
        "les miserables": nx.les_miserables_graph(),
        "petersen": nx.petersen_graph(),
    }
    for name, graph in named.items():
        graph = nx.convert_node_labels_to_integers(graph, ordering="sorted")
        yield name, graph.number_of_nodes(), [[one, other] for one, other in graph.edges()], False


def generated():
    for seed in range(10):
        drawn = nx.gnm_random_graph(60, 130, seed=seed)
        yield f"gnm {seed}", 60, [list(edge) for edge in drawn.edges()], False
        drawn = nx.barabasi_albert_graph(50, 2, seed=seed)
        yield f"barabasi-albert {seed}", 50, [list(edge) for edge in drawn.edges()], False
        drawn = nx.gnm_random_graph(40, 160, seed=seed, directed=True)
        yield f"directed {seed}", 40, [list(edge) for edge in drawn.edges()], True


def weight_of(at):
    return 1000 + (at * 37) % 11 * 100


def answers(name, nodes, edges, directed, k):
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(nodes))
    for at, (one, other) in enumerate(edges):
        graph.add_edge(one, other, weight=weight_of(at))
    asked = []
    for source, target in [(0, nodes - 1), (1, nodes // 2), (nodes // 3, 2)]:
        if not nx.has_path(graph, source, target):
            asked.append({"source": source, "target": target, "shortest": [], "best": []})
            continue
        best = islice(nx.shortest_simple_paths(graph, source, target, weight="weight"), k)
        asked.append(
            {
                "source": source,
                "target": target,
                "shortest": sorted(nx.all_shortest_paths(graph, source, target)),
                "best": [[nx.path_weight(graph, path, "weight"), path] for path in best],
            }
        )
    weights = [weight_of(at) for at in range(len(edges))]
    return {"name": name, "nodes": nodes, "edges": edges, "weights": weights, "directed": directed, "asked": asked}


def main():
    k = int(sys.argv[1])
    networks = [*published(), *generated()]
    json.dump([answers(*network, k) for network in networks], sys.stdout)


main()
