//! A whole `Predict` of dspy-rs over HTTP, beside a server on loopback that takes no time.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use dspy_rs::core::MetaSignature;
use dspy_rs::{Example, LM, Predict, Predictor};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use tokio::runtime::Builder;

const N_SAMPLES: usize = 60;
const N_CALLS: u32 = 64;

/// The median of the processor time in seconds that this thread spends on one call: a client waits for its
/// server, and that wait is no work.
pub(crate) fn predict(
    signature: impl MetaSignature + 'static,
    inputs: &Example,
    completion: &'static str,
) -> f64 {
    let address = serve(completion);
    let runtime = Builder::new_current_thread().enable_all().build().expect("no runtime");
    let model = LM::builder().base_url(format!("http://{address}/v1")).model("m".to_owned());
    let model =
        Arc::new(runtime.block_on(model.build()).expect("a server of one's own needs no key"));
    let predict = Predict::new(signature);
    let sample = || {
        let started = now();
        for _ in 0..N_CALLS {
            let answer = predict.forward_with_config(inputs.clone(), model.clone());
            black_box(runtime.block_on(answer).expect("the server answers"));
        }
        (now() - started).as_secs_f64() / f64::from(N_CALLS)
    };
    sample();
    let mut times: Vec<f64> = (0..N_SAMPLES).map(|_| sample()).collect();
    times.sort_by(f64::total_cmp);
    times[N_SAMPLES / 2]
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let part = |part: i64| u64::try_from(part).expect("a thread's time is not negative");
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

/// Answers every request alike, on threads of its own; gives its address.
fn serve(completion: &'static str) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("no port of this machine is free");
    let address = listener.local_addr().expect("it listens");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer_all(&stream, completion));
        }
    });
    address
}

/// Answers the requests of one connection until it closes.
fn answer_all(stream: &TcpStream, completion: &str) -> std::io::Result<()> {
    let body = json!({
        "id": "1", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{ "index": 0, "finish_reason": "stop", "logprobs": null,
            "message": { "role": "assistant", "content": completion } }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    });
    let body = body.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
    let answer = format!("{head}{}\r\n\r\n{body}", body.len());
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    stream.set_nodelay(true)?;
    loop {
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line)? > 2 {
            if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = number.trim().parse().expect("a length is a number");
            }
            line.clear();
        }
        if length == 0 {
            return Ok(());
        }
        reader.read_exact(&mut vec![0; length])?;
        writer.write_all(answer.as_bytes())?;
    }
}
