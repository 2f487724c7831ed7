//! Prompts and completions of `XmlAdapter`, as DSPy 3.4.1 writes and reads them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{EnumType, RecordType, TypeTable, fields};

fn types() -> TypeTable {
    let record = |name: &str, fields| Type::Record(Arc::new(RecordType::new(name, fields)));
    let line = record(
        "Line",
        vec![Field::new("sku", Type::Str), Field::new("amount", Type::Int).with_default(1)],
    );
    let note = Field::new("note", Type::optional(line.clone())).with_default(Value::Null);
    let extra = Field::new("extra", Type::dict(Type::Str, Type::Int)).with_default(fields! {});
    let order = vec![
        Field::new("zip", Type::Str),
        Field::new("lines", Type::list(line.clone())),
        note,
        extra,
    ];
    let color = EnumType::new("Color", [("RED", "red"), ("GREEN", "green")]);
    let mut types = TypeTable::new();
    types.insert("Line", line);
    types.insert("Order", record("Order", order));
    types.insert("Color", Type::Enum(Arc::new(color)));
    types
}

fn signature(text: &str) -> Signature {
    Signature::parse_with(text, &types()).unwrap()
}

const ORDER_OUTLINE: &str = "<order><zip>...</zip><lines><item><sku>...</sku>\
                             <amount>...</amount></item></lines><note><sku>...</sku>\
                             <amount>...</amount></note><extra>...</extra></order>";

#[test]
fn prompts_outline_what_is_structured() {
    let signature = signature(
        "q, n: int -> answer, tags: list[str], order: Order, ok: bool, \
         maybe: Optional[dict[str, int]]",
    );
    let prepared = XmlAdapter.prepare(&signature).unwrap();
    let (_, structure) = prepared.system().split_once("dict[str, int], NoneType]):\n").unwrap();
    assert_eq!(
        structure,
        format!(
            "All interactions will be structured in the following way, with the appropriate \
             values filled in.\n\n\
             <q>\n{{q}}\n</q>\n\n<n>\n{{n}}\n</n>\n\n<answer>\n{{answer}}\n</answer>\n\n\
             <tags><item>...</item></tags>\n\n{ORDER_OUTLINE}\n\n<ok>\n{{ok}}        # note: the \
             value you produce must be True or False\n</ok>\n\n<maybe>...</maybe>\n\
             In adhering to this structure, your objective is: \n        Given the fields `q`, \
             `n`, produce the fields `answer`, `tags`, `order`, `ok`, `maybe`."
        )
    );
    let messages = prepared.format(&[], &fields! { "q" => "?", "n" => Value::Null }).unwrap();
    assert_eq!(
        messages[1].content,
        format!(
            "<q>\n?\n</q>\n\n<n>\nNone\n</n>\n\nRespond with the corresponding output fields \
             wrapped in XML tags `<answer>`, then `<tags>`, then `<order>`, then `<ok>`, then \
             `<maybe>`. Use this nested XML structure: <tags><item>...</item></tags> \
             {ORDER_OUTLINE} <maybe>...</maybe>"
        )
    );
}

#[test]
fn demos_are_nested_and_escaped() {
    let signature = signature("q -> answer, tags: list[str], maybe: Optional[dict[str, int]]");
    let maybe = fields! { "a b" => 1, "it's \"q\"\n" => 2, "x-y" => 3, "1" => 4 };
    let whole = fields! {
        "q" => "a<b", "answer" => "x & y < z > w", "tags" => vec!["<1>", ""], "maybe" => maybe,
    };
    let part = fields! { "q" => "part", "tags" => Value::Null, "maybe" => fields! {} };
    let messages = XmlAdapter.format(&signature, &[whole, part], &fields! { "q" => "?" }).unwrap();
    let contents: Vec<_> = messages[1..5].iter().map(|message| message.content.as_str()).collect();
    assert_eq!(
        contents,
        [
            "This is an example of the task, though some input or output fields are not supplied.\
             \n\n<q>\npart\n</q>",
            "<answer>\nNot supplied for this particular example. \n</answer>\n\n\
             <tags>\nNone\n</tags>\n\n<maybe></maybe>",
            "<q>\na<b\n</q>",
            "<answer>\nx &amp; y &lt; z > w\n</answer>\n\n\
             <tags><item>&lt;1></item><item></item></tags>\n\n\
             <maybe><entry key=\"a b\">1</entry><entry key=\"it's &quot;q&quot;&#10;\">2</entry>\
             <x-y>3</x-y><entry key=\"1\">4</entry></maybe>",
        ]
    );
}

#[track_caller]
fn check_nested(value: impl Into<Value>, expected: &str) {
    let mut written = String::new();
    let actual = match nested::write("x", &value.into(), &mut written) {
        Ok(()) => written,
        Err(unsure) => format!("unsure: {unsure}"),
    };
    assert_eq!(actual, expected);
}

#[test]
fn values_nest_on_one_line() {
    check_nested(Vec::<String>::new(), "<x />");
    check_nested(fields! {}, "<x></x>");
    check_nested(
        vec![Value::Null, true.into(), 1e16.into(), f64::NAN.into()],
        "<x><item /><item>True</item><item>1e+16</item><item>nan</item></x>",
    );
    check_nested(fields! { "" => 1, "_a.b" => 2, "-a" => 3 }, {
        "<x><entry key=\"\">1</entry><_a.b>2</_a.b><entry key=\"-a\">3</entry></x>"
    });
    check_nested(fields! { "é" => 1, "a—" => 2, "a\"b" => 3, "a>\t" => 4 }, {
        "<x><é>1</é><entry key=\"a—\">2</entry><entry key='a\"b'>3</entry>\
         <entry key=\"a&gt;&#9;\">4</entry></x>"
    });
    check_nested(
        fields! { "\u{16a0}·" => 1, "\u{1e4d0}" => 2 },
        "<x><\u{16a0}·>1</\u{16a0}·><entry key=\"\u{1e4d0}\">2</entry></x>",
    );
    let deep = (0..200).fold(Value::Null, |value, _| Value::List(vec![value]));
    check_nested(deep, "unsure: a value that nests too deep is not written natively");
}

#[track_caller]
fn check_parse(text: &str, completion: &str, expected: &str) {
    let actual = match XmlAdapter.parse(&signature(text), completion) {
        Parsed::Exact(fields) => Value::from(fields).python_repr(),
        Parsed::Fails(error) => format!("fails: {error}"),
        Parsed::Unsure(reason) => format!("unsure: {reason}"),
    };
    assert_eq!(actual, expected, "parsing {completion:?}");
}

#[test]
fn text_is_read_with_the_markup_in_it() {
    check_parse("q -> a", "Sure <a>\n x &amp; y \n</a> <b/>", "{'a': 'x & y'}");
    check_parse(
        "q -> a",
        "<a>1 <b x='2'>two</b > three<br></br></a>",
        "{'a': '1 <b x=\"2\">two</b> three<br />'}",
    );
    check_parse("q -> a", "<a>x</a><a>y</a>", "{'a': \"['x', 'y']\"}");
    check_parse("q -> a", "<entry key='a'>x</entry>", "{'a': 'x'}");
    check_parse("q -> a: int", "<a> 3.0 </a>", "{'a': 3}");
    check_parse(
        "q -> a: Optional[int], b: Optional[str]",
        "<a/><b> </b>",
        "{'a': None, 'b': None}",
    );
    check_parse("q -> a: Optional[int], b: Optional[str]", "", "{'a': None, 'b': None}");
    check_parse("q -> a: Optional[str]", "<a>null</a>", "{'a': 'null'}");
    check_parse("q -> a: Color", "<a>RED</a>", "{'a': 'red'}");
    check_parse("q -> a: Literal['x', 1]", "<a>'x'</a>", "{'a': 'x'}");
    check_parse("q -> a: Literal['x', 1]", "<a>1</a>", "{'a': 1}");
}

#[test]
fn lists_are_items_or_repeated_elements_or_json() {
    let spec = "q -> a: list[str]";
    check_parse(spec, "<a><item>x</item><item/><item>z</item></a>", "{'a': ['x', '', 'z']}");
    check_parse(spec, "<a>x</a><a>y</a>", "{'a': ['x', 'y']}");
    check_parse(spec, "<a>[\"x\", \"y\"]</a>", "{'a': ['x', 'y']}");
    check_parse(spec, "<a>x</a>", "{'a': ['x']}");
    check_parse(spec, "<a/>", "{'a': []}");
    check_parse(spec, "<a><b>x</b></a>", "{'a': ['<b>x</b>']}");
    check_parse(spec, "<a><item>x <i>y</i></item></a>", "{'a': ['x <i>y</i>']}");
    check_parse(
        "q -> a: list[Line]",
        "<a><sku>s</sku></a><a><sku>t</sku></a>",
        "{'a': [{'sku': 's', 'amount': 1}, {'sku': 't', 'amount': 1}]}",
    );
}

#[test]
fn maps_and_records_are_elements() {
    check_parse(
        "q -> a: dict[str, int]",
        "<a><x>1</x><entry key='a b'>2</entry></a>",
        "{'a': {'x': 1, 'a b': 2}}",
    );
    check_parse("q -> a: dict[str, int]", "<a/>", "{'a': {}}");
    check_parse(
        "q -> a: dict[str, list[str]]",
        "<a><x>1</x><y><item>2</item></y></a>",
        "{'a': {'x': ['1'], 'y': ['2']}}",
    );
    check_parse(
        "q -> a: dict[str, Any]",
        "<a><x>1</x><y><z>2</z></y><w>3</w><w>4</w></a>",
        "{'a': {'x': '1', 'y': {'z': '2'}, 'w': ['3', '4']}}",
    );
    check_parse(
        "q -> a: Order",
        "<a><zip>1</zip><lines><item><sku>s</sku></item></lines>\
         <note><sku>t</sku><amount>2</amount></note></a>",
        "{'a': {'zip': '1', 'lines': [{'sku': 's', 'amount': 1}], \
         'note': {'sku': 't', 'amount': 2}, 'extra': {}}}",
    );
    check_parse(
        "q -> a: Order",
        "<a>{\"zip\": \"1\", \"lines\": []}</a>",
        "{'a': {'zip': '1', 'lines': [], 'note': None, 'extra': {}}}",
    );
    check_parse(
        "q -> a: Optional[Order]",
        "<a><zip>1</zip><lines/></a>",
        "{'a': {'zip': '1', 'lines': [], 'note': None, 'extra': {}}}",
    );
    let many: String =
        (0..40).map(|number| format!("<k{}>{number}</k{}>", number % 20, number % 20)).collect();
    let Parsed::Exact(fields) =
        XmlAdapter.parse(&signature("q -> a: dict[str, list[int]]"), &format!("<a>{many}</a>"))
    else {
        panic!("a map of lists");
    };
    let map = fields["a"].as_map().unwrap();
    assert_eq!(map.len(), 20);
    assert_eq!(map["k19"], Value::from(vec![19, 39]));
}

#[test]
fn what_is_wrong_is_named() {
    check_parse("q -> a, b: int", "<b>3</b>", "fails: the completion has no field `a`");
    check_parse(
        "q -> a",
        "<a>\nx & y</a>",
        "fails: the completion is not XML: a `&` that begins no known reference at line 2, column 4",
    );
    check_parse("q -> a: int", "<a>three</a>", "fails: `a` should be `int`, found `str`");
    check_parse(
        "q -> a: Color",
        "<a>pink</a>",
        "fails: `a` should be `Color`, found `another str`",
    );
    check_parse(
        "q -> a: list[int]",
        "<a><item>1</item><item>x</item></a>",
        "fails: `a[1]` should be `int`, found `str`",
    );
    check_parse(
        "q -> a: Order",
        "<a><zip>1</zip></a>",
        "fails: `a.lines` should be `list[Line]`, found `no such field`",
    );
    check_parse(
        "q -> a: list[list[int]]",
        "<a><item><item>1</item></item><item>[2]</item></a>",
        "fails: `a[1]` should be `list[int]`, found `str`",
    );
}

#[test]
fn what_is_not_certain_is_left_to_dspy() {
    check_parse(
        "q -> a: list[str]",
        r"<a>['\ud800']</a>",
        "unsure: output field `a`: `list[str]`: the text needs repairs of the family `half-characters`",
    );
    check_parse(
        "q -> a: Color",
        "<a>RED</a><a>RED</a>",
        "unsure: output field `a`: `Color`: a container is no name of a member",
    );
    let deep = format!("<a>{}{}</a>", "<x>".repeat(100_000), "</x>".repeat(100_000));
    for ty in ["str", "Any"] {
        check_parse(
            &format!("q -> a: {ty}"),
            &deep,
            "unsure: output field `a`: elements deeper than Python's recursion is certain to reach",
        );
    }
    // What no field asks for may be as deep as it likes.
    check_parse("q -> b", &format!("{deep}<b>x</b>"), "{'b': 'x'}");
}

proptest! {
    #[test]
    fn what_is_formatted_is_parsed_back(
        text in r"[^\s\x00-\x1f\u{fffe}\u{ffff}][^\x00-\x09\x0b-\x1f\u{fffe}\u{ffff}]{0,30}[^\s\x00-\x1f\u{fffe}\u{ffff}]",
        int in any::<i64>(),
        flag in any::<bool>(),
        items in proptest::collection::vec("[a-z<&>]{0,10}", 1..4),
        keys in proptest::collection::hash_set("[a-z .\"'<&>1-]{1,10}", 0..4),
    ) {
        let signature = signature("q -> text, int: int, flag: bool, items: list[str], map: dict[str, int]");
        let map: Fields = keys.into_iter().zip(0..).collect();
        let outputs = fields! {
            "text" => text, "int" => int, "flag" => flag, "items" => items, "map" => map,
        };
        let demo = outputs.clone().with("q", "x");
        let messages = XmlAdapter.format(&signature, &[demo], &fields! {}).unwrap();
        prop_assert_eq!(XmlAdapter.parse(&signature, &messages[2].content), Parsed::Exact(outputs));
    }

    #[test]
    fn no_completion_is_too_strange(completion in r#"(</?[ab]>|<item>|</item>|<entry key='k'>|</entry>|\[1|[ab\n\u{2028}&]|\PC){0,30}"#) {
        let _ = XmlAdapter.parse(&signature("q -> a: Optional[list[int]], b: Optional[Order]"), &completion);
    }
}
