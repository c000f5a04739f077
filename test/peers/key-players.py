"""Fragmentation, reach and cohesion of 25 networks by networkx, as JSON: what server/analysis is compared with."""

import json
import random

import networkx as nx

from published import published


def networks():
    yield from published()
    for seed, (nodes, pairs) in enumerate([(2, 1), (9, 0), (20, 15), (40, 40), (60, 90), (80, 240), (150, 300)]):
        yield f"{nodes} nodes, {pairs} random pairs", nx.gnm_random_graph(nodes, pairs, seed=seed)
    for seed, each in enumerate([1, 2, 3]):
        yield f"preferential attachment, {each} each", nx.barabasi_albert_graph(100, each, seed=seed)
    yield "small world", nx.watts_strogatz_graph(90, 4, 0.1, seed=7)
    yield "clustered power law", nx.powerlaw_cluster_graph(100, 2, 0.6, seed=8)
    yield "caves", nx.connected_caveman_graph(8, 6)
    yield "lollipop", nx.lollipop_graph(9, 40)
    yield "barbell", nx.barbell_graph(8, 5)
    yield "grid", nx.grid_2d_graph(7, 9)
    yield "ring", nx.cycle_graph(70)
    yield "binary tree", nx.balanced_tree(2, 5)
    yield "star", nx.star_graph(30)
    yield "several components", nx.disjoint_union_all([nx.path_graph(6), nx.complete_graph(5), nx.cycle_graph(7), nx.empty_graph(3)])


def measures(graph, chosen, within):
    left = graph.copy()
    left.remove_nodes_from(chosen)
    sizes = [len(part) for part in nx.connected_components(left)]
    pairs = len(left) * (len(left) - 1)
    apart = nx.multi_source_dijkstra_path_length(graph, set(chosen), weight=lambda *_: 1) if chosen else {}
    alone = left.copy()
    alone.add_nodes_from(chosen)
    return {
        "set": chosen,
        "within": within,
        "components": 1 - sum(size * (size - 1) for size in sizes) / pairs if pairs else 1,
        "fragmentation": 1 - nx.global_efficiency(left),
        "efficiency": nx.global_efficiency(alone),
        "density": nx.density(left),
        "largest": max(sizes, default=0) / len(graph),
        "reach": sum(1 / max(1, distance) for distance in apart.values()) / len(graph),
        "withinShare": sum(distance <= within for distance in apart.values()) / len(graph),
    }


answers = []
for title, named in networks():
    graph = nx.convert_node_labels_to_integers(nx.Graph(named.edges()) if named.is_multigraph() else named)
    draw = random.Random(title)
    sets = [draw.sample(range(len(graph)), min(len(graph), size)) for size in (0, 1, 2, 3, 5, 8)]
    answers.append({
        "title": title,
        "size": len(graph),
        "ties": list(graph.edges()),
        "sets": [measures(graph, chosen, draw.randrange(4)) for chosen in sets],
    })
print(json.dumps(answers))
