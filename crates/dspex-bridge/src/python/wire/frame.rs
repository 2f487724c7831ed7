//! Frames out of a stream of bytes.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::{MAX_FRAME_BYTES, WireError};

/// The length that stands before each payload.
pub(super) const LENGTH_BYTES: usize = 4;

/// How much is read at once; what a longer frame needs is reserved when its length is known.
const READ_BYTES: usize = 64 * 1024;

/// Reads frames; a read that is dropped half-way loses nothing.
#[derive(Debug)]
pub(crate) struct FrameReader<R> {
    stream: R,
    buffer: Vec<u8>,
    /// Where the first unread byte of the buffer stands.
    start: usize,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, buffer: Vec::with_capacity(READ_BYTES), start: 0 }
    }

    /// The next payload; `None` when the other side has closed between frames.
    ///
    /// # Errors
    /// [`WireError`] for a frame that is too long, for a stream that ends within one, and for a
    /// stream that fails.
    pub(crate) async fn next(&mut self) -> Result<Option<&[u8]>, WireError> {
        let length = loop {
            if let Some(length) = self.frame_length()? {
                break length;
            }
            if !self.fill().await? {
                let rest = self.buffer.len() - self.start;
                return if rest == 0 { Ok(None) } else { Err(WireError::Closed) };
            }
        };
        let start = self.start + LENGTH_BYTES;
        self.start = start + length;
        Ok(Some(&self.buffer[start..start + length]))
    }

    /// The length of the frame that the buffer holds whole, if it does.
    fn frame_length(&mut self) -> Result<Option<usize>, WireError> {
        let Some(header) = self.buffer[self.start..].first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > MAX_FRAME_BYTES {
            return Err(WireError::TooLong { bytes: length });
        }
        let missing = (LENGTH_BYTES + length).saturating_sub(self.buffer.len() - self.start);
        if missing > 0 {
            // A length is only a promise: memory is taken as the bytes arrive.
            self.buffer.reserve(missing.min(1024 * 1024));
        }
        Ok((missing == 0).then_some(length))
    }

    /// Reads more; `false` at the end of the stream.
    async fn fill(&mut self) -> Result<bool, WireError> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
            self.buffer.shrink_to(READ_BYTES.max(self.buffer.len()));
        }
        self.buffer.reserve(READ_BYTES / 4);
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(read) => Ok(read > 0),
            // A worker that dies with unread data in its socket resets the connection.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(false),
            Err(error) => Err(WireError::Io(error.to_string())),
        }
    }
}
