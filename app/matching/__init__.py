"""The fingerprint matching engine: records, extraction, gallery and search.

    record = parse(data)                                        # app.matching.records
    features = features_of(record.views[0].minutiae)            # store features.to_bytes() beside the record
    with Matcher() as matcher:
        score = matcher.verify([Probe(features)], references)   # domain Score: value, threshold, false match rate
        people = matcher.search(gallery.snapshot, [Probe(features)], target_fpir=0.01)
    gallery = Gallery.load(rows_from_the_store)                 # put / remove one person: under 5 ms
    worker = SearchWorker(gallery)                              # submit() → Future, or await search()

A score is -10 log10 of the false match rate it stands for; `threshold_for(target_fpir, gallery_size)` gives
the one to reach. The descriptor's patent status must be checked before a commercial release (`descriptor`).
"""
