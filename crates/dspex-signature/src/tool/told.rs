//! A tool as a prompt of `dspy.ReAct` describes it.

use super::{
    Kind, Tool,
    tool_text::{ARGUMENTS, DESC_CLOSE, DESC_OPEN},
};
use crate::{Fields, Unsure, Value, schema::argument_schema};

impl Tool {
    /// The JSON schemas of its arguments by name, as `dspy.Tool` keeps them: keys as pydantic writes
    /// them, a class in place of each reference to it, then `default` and `description`.
    ///
    /// # Errors
    /// [`Unsure`] for a type whose schema is not known natively, and for a Python function.
    pub fn schemas(&self) -> Result<Fields, Unsure> {
        match &self.kind {
            Kind::Rust { args, .. } => {
                args.iter().map(|arg| Ok((arg.name.clone(), argument_schema(arg)?))).collect()
            }
            Kind::Schemas { schemas, .. } => Ok(Fields::clone(schemas)),
            Kind::Python { path } => {
                let reason = format!("the arguments of `{path}` are known in Python only");
                Err(Unsure { reason })
            }
        }
    }

    /// What `dspy.ReAct` tells a model of the tool: `str()` of a `dspy.Tool`.
    ///
    /// # Errors
    /// As [`Tool::schemas`].
    pub fn told(&self) -> Result<String, Unsure> {
        let mut told = self.name.clone();
        if self.desc.is_empty() {
            told.push('.');
        } else {
            told.extend([DESC_OPEN, &self.desc.replace('\n', "  "), DESC_CLOSE]);
        }
        let arguments = Value::Map(self.schemas()?).python_repr();
        told.extend([" ", ARGUMENTS, &arguments, "."]);
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{EnumType, Field, Fields, RecordKind, RecordType, Tool, Type, Value, fields};

    fn tool(name: &str, desc: &str, args: Vec<Field>) -> Tool {
        Tool::from_fields(name, desc, args, |_| Box::pin(async { Ok(Value::Null) }))
    }

    /// `str()` and `format_as_litellm_function_call()` of a `dspy.Tool` of such a function, in DSPy 3.4.1.
    #[test]
    fn a_tool_is_told_as_dspy_tells_it() {
        let size = Type::Enum(Arc::new(EnumType {
            name: "Size".into(),
            doc: None,
            members: vec![("S".into(), "s".into()), ("L".into(), "l".into())],
            mixin: None,
        }));
        let line = Type::Record(Arc::new(RecordType {
            name: "Line".into(),
            doc: None,
            fields: vec![Field::new("item", Type::Str), Field::new("size", size.clone())],
            kind: RecordKind::Model,
        }));
        let order = tool(
            "order",
            "Orders\n  it.",
            vec![
                Field::new("number", Type::Int).with_desc("it's on the \"invoice\""),
                Field::new("lines", Type::List(Box::new(line))),
                Field::new("size", size.clone()),
                Field::new("other", size),
                Field::new("note", Type::Optional(Box::new(Type::Str))).with_default(Value::Null),
                Field::new("kind", Type::Literal(vec!["a".into(), "b".into()])).with_default("a"),
            ],
        );
        let size = "{'enum': ['s', 'l'], 'title': 'Size', 'type': 'string'}";
        let told = format!(
            "order, whose description is <desc>Orders    it.</desc>. It takes arguments \
             {{'number': {{'type': 'integer', 'description': 'it\\'s on the \"invoice\"'}}, \
             'lines': {{'items': {{'properties': {{'item': {{'title': 'Item', 'type': 'string'}}, \
             'size': {size}}}, 'required': ['item', 'size'], 'title': 'Line', 'type': 'object'}}, \
             'type': 'array'}}, 'size': {size}, 'other': {size}, 'note': {{'anyOf': [{{'type': \
             'string'}}, {{'type': 'null'}}], 'default': None}}, 'kind': {{'enum': ['a', 'b'], \
             'type': 'string', 'default': 'a'}}}}."
        );
        assert_eq!(order.told().unwrap(), told);
        let now = tool("now", "", Vec::new());
        assert_eq!(now.told().unwrap(), "now. It takes arguments {}.");
    }

    #[test]
    fn what_cannot_be_told_says_why() {
        let error = Tool::python("shop_tools.search").told().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the arguments of `shop_tools.search` are known in Python only"
        );
        let node = Type::Record(Arc::new(RecordType {
            name: "Node".into(),
            doc: None,
            fields: vec![Field::new("next", Type::Enclosing("Node".into()))],
            kind: RecordKind::Model,
        }));
        let error = tool("walk", "", vec![Field::new("from", node)]).told().unwrap_err();
        let why = "the class `Node`, which holds itself, has no native JSON schema";
        assert_eq!(error.to_string(), why);
    }

    #[test]
    fn schemas_are_told_as_they_are() {
        let schemas = fields! { "q" => fields! { "type" => "string", "description" => "what" } };
        let search = Tool::from_schemas("search", "Finds.", schemas.clone(), |_| {
            Box::pin(async { Ok(Value::Null) })
        });
        assert_eq!(search.schemas(), Ok(schemas));
        assert_eq!(tool("now", "", Vec::new()).schemas(), Ok(Fields::new()));
    }
}
