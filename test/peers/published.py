"""The five published networks that ship inside networkx: what is compared with peers is compared on these."""

import networkx as nx


def published():
    yield "Zachary's karate club", nx.karate_club_graph()
    yield "Florentine families", nx.florentine_families_graph()
    yield "Davis's southern women", nx.davis_southern_women_graph()
    yield "Les Misérables", nx.les_miserables_graph()
    yield "Krackhardt's kite", nx.krackhardt_kite_graph()
