//! The orchestrator with engines that answer as they are told.

mod fake;
mod routing;
mod shadow;
mod streams;
