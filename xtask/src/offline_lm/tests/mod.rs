//! The model judged on the demo's tickets, and its HTTP side over a real socket.

mod http;
mod tickets;
