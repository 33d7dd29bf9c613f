"""Makes definitions.tsv out of WordNet 3.0; README.md beside it says where that comes from.

Use: python make_definitions.py PATH/TO/data.noun
"""

import hashlib
import sys
from pathlib import Path

# WordNet's lexicographer files, by number (its manual page lexnames(5WN)).
TOPICS = {
    "05": "animal",
    "06": "artifact",
    "13": "food",
    "15": "location",
    "20": "plant",
    "27": "substance",
}
EACH = 600


def main(data_noun):
    """Choose the nouns and write them."""
    rows = {topic: [] for topic in TOPICS.values()}
    for line in Path(data_noun).read_text(encoding="ascii").splitlines():
        if line.startswith("  "):  # the licence
            continue
        synset, _, gloss = line.partition(" | ")
        fields = synset.split()
        definition = gloss.partition('"')[0].strip(" ;:")  # without the examples of use
        if fields[1] in TOPICS and definition:
            rows[TOPICS[fields[1]]].append((fields[4].replace("_", " "), definition))

    def shuffled(items):
        """In an order that depends on the items alone."""
        return sorted(items, key=lambda item: hashlib.sha256("\t".join(item).encode()).digest())

    chosen = [(topic, *row) for topic in rows for row in shuffled(rows[topic])[:EACH]]
    text = "".join("\t".join(row) + "\n" for row in shuffled(chosen))
    (Path(__file__).parent / "definitions.tsv").write_text(text, encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1])
