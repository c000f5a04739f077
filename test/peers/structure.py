"""Measures of 28 networks by networkx and igraph, as JSON: what server/analysis is compared with."""

import json
import random
import sys

import igraph
import networkx as nx

from published import published


def generated():
    for seed, (nodes, pairs) in enumerate([(40, 30), (60, 60), (80, 120), (120, 240), (50, 400)]):
        yield f"{nodes} nodes, {pairs} random pairs", nx.gnm_random_graph(nodes, pairs, seed=seed)
    yield "preferential attachment, 1 each", nx.barabasi_albert_graph(100, 1, seed=5)
    yield "preferential attachment, 2 each", nx.barabasi_albert_graph(120, 2, seed=6)
    yield "small world", nx.watts_strogatz_graph(90, 4, 0.1, seed=7)
    yield "clustered power law", nx.powerlaw_cluster_graph(100, 2, 0.6, seed=8)
    yield "stochastic blocks", nx.stochastic_block_model([20, 25, 30], [[0.3, 0.02, 0.01], [0.02, 0.3, 0.02], [0.01, 0.02, 0.3]], seed=9)
    yield "near each other in a square", nx.random_geometric_graph(90, 0.14, seed=10)
    yield "caves", nx.connected_caveman_graph(8, 6)
    yield "lollipop", nx.lollipop_graph(9, 12)
    yield "barbell", nx.barbell_graph(8, 5)
    yield "complete bipartite", nx.complete_bipartite_graph(7, 11)
    yield "grid", nx.grid_2d_graph(7, 9)
    yield "ring", nx.cycle_graph(31)
    yield "binary tree", nx.balanced_tree(2, 5)
    yield "star", nx.star_graph(30)
    yield "wheel", nx.wheel_graph(20)
    yield "hypercube", nx.hypercube_graph(5)
    yield "caterpillar", nx.random_lobster_graph(20, 0.6, 0.4, seed=3)
    yield "several components", nx.disjoint_union_all([nx.path_graph(6), nx.complete_graph(5), nx.cycle_graph(7), nx.empty_graph(3)])


def plain(graph):
    """Nodes 0 … n − 1 without weights, in a drawn order, so that no answer hangs on the order of nodes."""
    graph = nx.convert_node_labels_to_integers(graph)
    order = list(range(graph.number_of_nodes()))
    random.Random(11).shuffle(order)
    mixed = nx.empty_graph(len(order))
    mixed.add_edges_from((order[one], order[other]) for one, other in graph.edges if one != other)
    return mixed


def listed(values, keys):
    return [values[key] for key in keys]


def by_networkx(graph, pairs):
    nodes = range(graph.number_of_nodes())
    edges = lambda values: [values.get((one, other), values.get((other, one))) for one, other in pairs]
    division = sorted(map(sorted, nx.community.louvain_communities(graph, seed=1)))
    return {
        "degree": listed(nx.degree_centrality(graph), nodes),
        "nodes": listed(nx.betweenness_centrality(graph, normalized=False), nodes),
        "pairs": edges(nx.edge_betweenness_centrality(graph, normalized=False)),
        "nodesNormalised": listed(nx.betweenness_centrality(graph), nodes),
        "pairsNormalised": edges(nx.edge_betweenness_centrality(graph)),
        "cores": listed(nx.core_number(graph), nodes),
        "eigenvector": eigenvector_by_networkx(graph),
        "components": sorted(map(sorted, nx.connected_components(graph))),
        "blocks": sorted(sorted(map(sorted, block)) for block in nx.biconnected_component_edges(graph)),
        "communities": division,
        "modularity": nx.community.modularity(graph, division),
        "modularityFiner": nx.community.modularity(graph, division, resolution=1.7),
    }


def eigenvector_by_networkx(graph):
    scores = [0.0] * graph.number_of_nodes()
    for members in nx.connected_components(graph):
        if len(members) > 1:
            part = graph.subgraph(members)
            for node, score in nx.eigenvector_centrality(part, max_iter=100_000, tol=1e-15).items():
                scores[node] = score
    return scores


def eigenvector_by_igraph(peer):
    scores = [0.0] * peer.vcount()
    for members in peer.connected_components():
        if len(members) > 1:
            found = peer.induced_subgraph(members).eigenvector_centrality()
            length = sum(score * score for score in found) ** 0.5
            for node, score in zip(members, found):
                scores[node] = score / length
    return scores


def by_igraph(graph, pairs):
    peer = igraph.Graph(n=graph.number_of_nodes(), edges=pairs)
    division = peer.community_multilevel()
    return {
        "degree": peer.degree(),
        "nodes": peer.betweenness(directed=False),
        "pairs": peer.edge_betweenness(directed=False),
        "cores": peer.coreness(),
        "components": sorted(map(sorted, peer.connected_components())),
        "eigenvector": eigenvector_by_igraph(peer),
        "communities": sorted(map(sorted, division)),
        "modularity": peer.modularity(division),
        "modularityFiner": peer.modularity(division, resolution=1.7),
    }


answers = []
for title, graph in [*published(), *generated()]:
    graph = plain(graph)
    pairs = sorted(tuple(sorted(edge)) for edge in graph.edges)
    answers.append(
        {
            "title": title,
            "size": graph.number_of_nodes(),
            "ties": pairs,
            "networkx": by_networkx(graph, pairs),
            "igraph": by_igraph(graph, pairs),
        }
    )
json.dump(answers, sys.stdout)
