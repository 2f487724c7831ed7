//! The common path: `use dspex::prelude::*;`.

pub use crate::{
    ChainOfThought, Dspex, FieldType, Fields, Module, Pipeline, Predict, Prediction, Signature,
    StageExt, Value, fields, pipeline, signature,
};
