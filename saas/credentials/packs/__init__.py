"""The shipped rule packs, as YAML. Samples for a clinic to check and attest; none of them is the law."""
