//! Functions that a model may call.

mod against_schema;
mod observation;
mod told;
mod tool_text;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use observation::{IntoObservation, ToolError};

use crate::{Coerced, Field, Fields, Record, Value, nearest, validate};

/// A function that a model may call, with what the model is told of it.
///
/// `#[tool]` of `dspex-signature-macros` makes one of a function; a closure becomes one here:
///
/// ```
/// # use dspex_signature::{Field, FieldType, Fields, Record, RecordShape, Type, ValueError};
/// use dspex_signature::{Tool, fields};
/// # struct Parcel { grams: u32 }
/// # impl Record for Parcel {
/// #     const SHAPE: RecordShape = RecordShape { name: "Parcel", open: false, parts: &[] };
/// #     fn into_fields(self) -> Fields { fields! { "grams" => self.grams } }
/// #     fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
/// #         Ok(Self { grams: fields.get("grams")? })
/// #     }
/// #     fn fields_of() -> Vec<Field> { vec![Field::new("grams", u32::field_type())] }
/// # }
/// # tokio_test(async {
///
/// // A struct that derives `FieldType` names the arguments: `struct Parcel { grams: u32 }`.
/// let price = |parcel: Parcel| async move { 0.9 + f64::from(parcel.grams) / 500.0 };
/// let postage = Tool::new("postage", "Price of sending a parcel in pounds.", price);
///
/// assert_eq!(postage.call(fields! { "grams" => "50" }).await, Ok(1.0.into()));
/// let error = postage.call(fields! { "gram" => 50 }).await.unwrap_err();
/// assert_eq!(error.to_string(), "`postage` takes no `gram`; did you mean `grams`?");
/// # });
/// # fn tokio_test(future: impl Future<Output = ()>) {
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     assert!(std::pin::pin!(future).poll(&mut context).is_ready());
/// # }
/// ```
#[derive(Clone)]
pub struct Tool {
    name: String,
    desc: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Rust {
        args: Arc<[Field]>,
        function: Function,
    },
    /// Arguments as JSON schemas, by name.
    Schemas {
        schemas: Arc<Fields>,
        function: Function,
    },
    Python {
        path: String,
    },
}

type Function = Arc<dyn Fn(Fields) -> ToolFuture + Send + Sync>;

/// What a tool gives when it is called.
pub type ToolFuture = Pin<Box<dyn Future<Output = Observation> + Send>>;

/// What the model is told: a value, or what went wrong.
pub type Observation = Result<Value, ToolError>;

impl Tool {
    /// A tool whose arguments are the fields of a record.
    pub fn new<A, F, R>(name: impl Into<String>, desc: impl Into<String>, function: F) -> Self
    where
        A: Record,
        F: Fn(A) -> R + Send + Sync + 'static,
        R: Future<Output: IntoObservation> + Send + 'static,
    {
        Self::from_fields(name, desc, A::fields_of(), move |fields| {
            let called = A::from_fields(&fields).map(&function);
            Box::pin(async move { called?.await.into_observation() })
        })
    }

    /// A tool whose arguments are these fields; the function gets them checked.
    pub fn from_fields(
        name: impl Into<String>,
        desc: impl Into<String>,
        args: Vec<Field>,
        function: impl Fn(Fields) -> ToolFuture + Send + Sync + 'static,
    ) -> Self {
        let kind = Kind::Rust { args: args.into(), function: Arc::new(function) };
        Self { name: name.into(), desc: desc.into(), kind }
    }

    /// A tool that is known by JSON schemas only, as one of another program is: `schemas` has that of
    /// each argument under its name.
    ///
    /// Arguments are held against their schemas as `dspy.Tool` does it, and stay as the model wrote
    /// them; those without a schema go to the function too, and keywords of a schema that are not known
    /// here are the function's to check.
    ///
    /// ```
    /// use dspex_signature::{Tool, fields};
    ///
    /// let schemas = fields! { "query" => fields! { "type" => "string" } };
    /// let search = Tool::from_schemas("search", "Finds pages.", schemas, |arguments| {
    ///     Box::pin(async move { Ok(format!("nothing of {}", arguments["query"]).into()) })
    /// });
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # let std::task::Poll::Ready(result) =
    /// #     std::pin::pin!(search.call(fields! { "query" => 1 })).poll(&mut context)
    /// # else { unreachable!() };
    /// # let error = result.unwrap_err();
    /// // let error = search.call(fields! { "query" => 1 }).await.unwrap_err();
    /// assert_eq!(error.to_string(), "ValueError: Arg query is invalid: 1 is not of type 'string'");
    /// ```
    pub fn from_schemas(
        name: impl Into<String>,
        desc: impl Into<String>,
        schemas: Fields,
        function: impl Fn(Fields) -> ToolFuture + Send + Sync + 'static,
    ) -> Self {
        let kind = Kind::Schemas { schemas: schemas.into(), function: Arc::new(function) };
        Self { name: name.into(), desc: desc.into(), kind }
    }

    /// A Python function, `shop_tools.search_manual`, that runs where Python runs: what the model
    /// is told of it is read there.
    pub fn python(path: impl Into<String>) -> Self {
        let path = path.into();
        let name = path.rsplit('.').next().unwrap_or_default().to_owned();
        Self { name, desc: String::new(), kind: Kind::Python { path } }
    }

    /// The name by which the model calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does, as the model is told; empty where nobody said.
    #[must_use]
    pub fn desc(&self) -> &str {
        &self.desc
    }

    /// Its arguments in order; `None` for a tool that is known by JSON schemas, and for a Python
    /// function, which Python knows.
    #[must_use]
    pub fn args(&self) -> Option<&[Field]> {
        match &self.kind {
            Kind::Rust { args, .. } => Some(args),
            Kind::Schemas { .. } | Kind::Python { .. } => None,
        }
    }

    /// Where a Python function is found; `None` for a Rust function.
    #[must_use]
    pub fn python_path(&self) -> Option<&str> {
        match &self.kind {
            Kind::Rust { .. } | Kind::Schemas { .. } => None,
            Kind::Python { path } => Some(path),
        }
    }

    /// Calls the tool. Arguments are brought to their types as pydantic does it: `"50"` is an
    /// `int`.
    ///
    /// # Errors
    /// [`ToolError`] for arguments that do not fit, for what the function says went wrong, and for
    /// a Python function, which only an engine with Python can call.
    pub async fn call(&self, arguments: Fields) -> Observation {
        match &self.kind {
            Kind::Rust { args, function } => function(self.checked(args, arguments)?).await,
            Kind::Schemas { schemas, function } => {
                against_schema::check(schemas, &arguments)?;
                function(arguments).await
            }
            Kind::Python { path } => {
                Err(ToolError::new(format!("`{path}` is a Python function; Rust cannot call it")))
            }
        }
    }

    fn checked(&self, args: &[Field], arguments: Fields) -> Result<Fields, ToolError> {
        let checked = arguments.into_iter().map(|(name, value)| {
            let Some(arg) = args.iter().find(|arg| arg.name == name) else {
                return Err(self.unknown(&name, args));
            };
            match validate(&arg.ty, value) {
                Coerced::Exact(value) => Ok((name, value)),
                Coerced::Fails(faults) => Err(ToolError::faults(&name, faults)),
                Coerced::Unsure(unsure) => Err(ToolError::new(format!("`{name}`: {unsure}"))),
            }
        });
        checked.collect()
    }

    fn unknown(&self, name: &str, args: &[Field]) -> ToolError {
        let known: Vec<&str> = args.iter().map(|arg| arg.name.as_str()).collect();
        let guess = nearest(name, &known)
            .map_or_else(String::new, |guess| format!("; did you mean `{guess}`?"));
        ToolError::new(format!("`{}` takes no `{name}`{guess}", self.name))
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Tool");
        debug.field("name", &self.name).field("desc", &self.desc);
        match &self.kind {
            Kind::Rust { args, .. } => debug.field("args", args),
            Kind::Schemas { schemas, .. } => debug.field("schemas", schemas),
            Kind::Python { path } => debug.field("python", path),
        };
        debug.finish_non_exhaustive()
    }
}
