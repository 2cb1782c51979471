"""Benchmarks: each a multiple of the bare floor, measured in the same run by the same client.

A benchmark is a module of this package with NAME, BOUND (in multiples of the floor) and
`probe(ground)`, which prepares its data and returns the request to repeat. Add it to BENCHES in
`__main__.py`. `race` stands beside them: it measures how long fifty programs wait who want the same slot.
"""
