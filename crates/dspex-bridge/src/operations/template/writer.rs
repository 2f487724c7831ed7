//! A text that may grow to a limit.

use std::io::{self, Write};

/// What was written so far, and whether more was wanted.
pub(super) struct Limited {
    written: Vec<u8>,
    limit: usize,
    is_full: bool,
}

impl Limited {
    pub(super) const fn new(limit: usize) -> Self {
        Self { written: Vec::new(), limit, is_full: false }
    }

    /// Whether something was refused because of the limit.
    pub(super) const fn is_full(&self) -> bool {
        self.is_full
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.written).expect("the engine writes whole texts")
    }
}

impl Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.written.len() + piece.len() > self.limit {
            self.is_full = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.written.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
