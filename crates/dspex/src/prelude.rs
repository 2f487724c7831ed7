//! The common path: `use dspex::prelude::*;`.

pub use crate::{
    ChainOfThought, Dspex, FieldType, Fields, Module, Pipeline, Predict, Prediction, Signature,
    StageExt, Tool, Value, fields, pipeline, signature, tool,
};
