"""The peer: ONNX Runtime over a model's own int8 export. Texts come in as a JSON list, texts a second go out as JSON.

Texts of like length stand together, so that it pays no more for padding than it must."""

import json
import sys
import time

import numpy
import onnxruntime
from tokenizers import Tokenizer

folder, threads, question = sys.argv[1], int(sys.argv[2]), sys.argv[3]
RUNS, TOKENS = 5, 512
texts = json.load(sys.stdin)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
session = onnxruntime.InferenceSession(folder + "/model.onnx", options, providers=["CPUExecutionProvider"])
tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(512)
inputs = [each.name for each in session.get_inputs()]


def run():
    pairs = [(question, text) for text in texts] if question else texts
    read = sorted(tokenizer.encode_batch(pairs), key=lambda each: len(each.ids))
    at = 0
    while at < len(read):
        n = 1
        while at + n < len(read) and (n + 1) * len(read[at + n].ids) <= TOKENS:
            n += 1
        batch, at = read[at : at + n], at + n
        width = max(len(each.ids) for each in batch)
        ids, types, mask = (numpy.zeros((n, width), numpy.int64) for _ in range(3))
        for row, each in enumerate(batch):
            length = len(each.ids)
            ids[row, :length], types[row, :length], mask[row, :length] = each.ids, each.type_ids, 1
        given = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        session.run(None, {name: given[name] for name in inputs})


best = 0.0
for _ in range(RUNS):
    begun = time.perf_counter()
    run()
    best = max(best, len(texts) / (time.perf_counter() - begun))
print(json.dumps({"texts_per_s": best}))
