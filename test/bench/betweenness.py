"""igraph's betweenness of the nodes of one network, once for each line that comes in; the first line has the network."""

import json
import sys
import time

import igraph

network = json.loads(sys.stdin.readline())
graph = igraph.Graph(n=network["nodes"], edges=network["ties"])
for _ in sys.stdin:
    started = time.perf_counter()
    values = graph.betweenness(directed=False)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "values": values}), flush=True)
