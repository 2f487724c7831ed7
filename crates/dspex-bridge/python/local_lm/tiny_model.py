"""Writes a llama of random weights, half a megabyte of them: it says nothing that means anything.

    python tiny_model.py FILE.gguf

The same versions write the same file. Its tokens are single bytes.
"""

import sys

import gguf
import numpy as np

_EMBEDDING, _FEED_FORWARD, _HEADS, _LAYERS, _CONTEXT = 64, 128, 4, 2, 4096
_SEED = 341
_TEMPLATE = (
    "{% for message in messages %}<|start|>{{ message.role }}: {{ message.content }}\n"
    "{% endfor %}<|start|>assistant: "
)


def main() -> None:
    """Write the words that the model knows, then its weights."""
    writer = gguf.GGUFWriter(sys.argv[1], "llama")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_EMBEDDING)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_EMBEDDING // _HEADS)
    tokens = [*_letters_of_bytes(), "<|end|>", "<|start|>"]
    _add_words(writer, tokens)
    _add_weights(writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _letters_of_bytes() -> list[str]:
    # A tokenizer of bytes writes each as one printable letter.
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {byte: chr(byte) for byte in printable}
    letters |= {byte: chr(256 + position) for position, byte in enumerate(others)}
    return [letters[byte] for byte in range(256)]


def _add_words(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * 256 + [gguf.TokenType.CONTROL] * 2)
    # There has to be one; no such token exists, so that nothing is merged.
    writer.add_token_merges(["h e"])
    writer.add_vocab_size(len(tokens))
    writer.add_eos_token_id(256)
    writer.add_bos_token_id(257)
    writer.add_chat_template(_TEMPLATE)


def _add_weights(writer: gguf.GGUFWriter, n_tokens: int) -> None:
    random = np.random.default_rng(_SEED)

    def weights(name: str, *shape: int) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * 0.3).astype(np.float32))

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(_EMBEDDING, dtype=np.float32))

    weights("token_embd.weight", n_tokens, _EMBEDDING)
    ones("output_norm.weight")
    weights("output.weight", n_tokens, _EMBEDDING)
    for layer in range(_LAYERS):
        ones(f"blk.{layer}.attn_norm.weight")
        ones(f"blk.{layer}.ffn_norm.weight")
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            weights(f"blk.{layer}.{name}.weight", _EMBEDDING, _EMBEDDING)
        for name in ("ffn_gate", "ffn_up"):
            weights(f"blk.{layer}.{name}.weight", _FEED_FORWARD, _EMBEDDING)
        weights(f"blk.{layer}.ffn_down.weight", _EMBEDDING, _FEED_FORWARD)


main()
