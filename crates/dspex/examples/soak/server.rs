//! A model behind HTTP on this machine that answers at once, over connections that stay open.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const BODY: &str = r#"{"id": "1", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}}"#;

/// Serves until the process ends, each connection on a thread of its own; gives the base URL.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/v1", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            // A client that goes away in the middle of a request is no fault of the server's.
            thread::spawn(move || serve(&connection));
        }
    });
    Ok(url)
}

fn serve(connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    while let Some(n_bytes) = head(&mut reader)? {
        io::copy(&mut reader.by_ref().take(n_bytes), &mut io::sink())?;
        writer.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads the lines before a request's body, and gives how long that is; `None` after the last request.
fn head(reader: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut n_bytes = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                n_bytes = value.parse().map_err(io::Error::other)?;
            }
            None if line.trim_end().is_empty() => return Ok(Some(n_bytes)),
            _ => {}
        }
    }
}
