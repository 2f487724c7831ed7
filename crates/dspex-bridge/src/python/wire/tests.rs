//! The codec against golden bytes and against bytes that are no message.
