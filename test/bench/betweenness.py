"""igraph's betweenness of the nodes of one network, once for each line that comes in; the first line has the network."""

import json
import sys
import time

import igraph

network = json.loads(sys.stdin.readline())
graph = igraph.Graph(n=network["nodes"], edges=network["ties"])
for _ in sys.stdin:
    started, busy = time.perf_counter(), time.process_time()
    values = graph.betweenness(directed=False)
    took = {"seconds": time.perf_counter() - started, "processor": time.process_time() - busy}
    print(json.dumps({**took, "values": values}), flush=True)
