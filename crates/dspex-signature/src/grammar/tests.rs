//! Each oddity of the notation, measured on DSPy 3.4.1.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{Collection, EnumType, RecordType, Signature, Value};

/// Parses and prints; a fault prints as its message, and as `unsupported: ...` where DSPy may
/// take the text.
#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(outcome(source), expected, "parsing {source:?}");
}

fn outcome(source: &str) -> String {
    match Signature::parse_with(source, &types()) {
        Ok(signature) => signature.to_string(),
        Err(error) => {
            let lines: Vec<String> = error
                .faults()
                .iter()
                .map(|fault| match fault.kind {
                    FaultKind::Unsupported => format!("unsupported: {fault}"),
                    FaultKind::Refused => fault.to_string(),
                })
                .collect();
            lines.join("\n")
        }
    }
}

fn types() -> TypeTable {
    let person = RecordType::new(
        "Person",
        vec![Field::new("name", Type::Str), Field::new("age", Type::Int)],
    );
    let color = EnumType::new("Color", [("RED", "red"), ("BLUE", "blue")]);
    TypeTable::new()
        .with("Person", Type::Record(Arc::new(person)))
        .with("Color", Type::Enum(Arc::new(color)))
}

#[test]
fn fields_without_types_are_text() {
    check("question -> answer", "question: str -> answer: str");
    check("a, b -> c, d", "a: str, b: str -> c: str, d: str");
    check("  question  ->  answer  ", "question: str -> answer: str");
    check("a:int->b:str", "a: int -> b: str");
    check("a\t->\tb", "a: str -> b: str");
}

#[test]
fn sides_read_as_parameters_of_a_function() {
    check("x: int, -> y,", "x: int -> y: str");
    check("x: list[\n  int,\n] -> y", "x: list[int] -> y: str");
    check("x # first\n, z -> y", "x: str, z: str -> y: str");
    check("x: int \\\n , z -> y", "x: int, z: str -> y: str");
    check("match -> case", "match: str -> case: str");
    check("größe -> 答え", "größe: str -> 答え: str");
}

#[test]
fn fields_beside_stars_are_passed_over() {
    check("a, *, b -> c", "a: str -> c: str");
    check("a, /, b -> c", "b: str -> c: str");
    check("a=1, /, b=2, *, c, **d -> y", "b: str = 2 -> y: str");
    check("*a, b: Unknown -> **c,", "->");
    check("a=1, *b: int, c -> y", "a: str = 1 -> y: str");
    check("/, a -> y", "`/` stands once, behind a field and before `*` (column 1)");
    check("*, *a -> y", "no field stands behind `*` (column 1)\n`*` stands twice (column 4)");
    check("a, * -> y", "no field stands behind `*` (column 4)");
    check("*, **a -> y", "no field stands behind `*` (column 1)");
    check("**a, b -> y", "nothing can stand behind `**` (column 6)");
    check("*a=1 -> y", "`*a` can have no default (column 2)");
    let signature = Signature::parse("a, *, b -> c").unwrap();
    assert_eq!(
        signature.warnings(),
        ["`b` is no field: DSPy passes over what stands before `/` or behind `*`"]
    );
}

#[test]
fn a_side_may_be_empty() {
    check("-> y", "-> y: str");
    check("x ->", "x: str ->");
    check(" -> ", "->");
}

#[test]
fn a_name_that_comes_again_keeps_its_place_and_takes_the_later_type() {
    check("a,a->b", "a: str -> b: str");
    check("a: int, c, a: bool -> b", "a: bool, c: str -> b: str");
    check("a -> b: int, b", "a: str -> b: str");
    // A default that stands before a field without one cannot be written, and changes nothing.
    check("a, c, a=3 -> b", "a: str, c: str -> b: str");
    assert_eq!(Signature::parse("a, c, a=3 -> b"), Signature::parse("a, c -> b"));
    check(
        "a: 'int', a -> b",
        "unsupported: `'int'` is not a type (column 4)\n  hint: types stand without quotes",
    );
}

#[test]
fn defaults_are_read_and_dropped() {
    check("x: int=3 -> y", "x: int = 3 -> y: str");
    check(
        "x=None, z='a' 'b' -> y: float = -1.5e3",
        "x: str = None, z: str = 'a' 'b' -> y: float = -1.5e3",
    );
    check("x = [1, ['a'],], z={} -> y", "x: str = [1, ['a'],], z: str = {} -> y: str");
    check(
        "x: int=3, y -> z",
        "field `y` has no default, but one before it has (column 11)\n  \
         hint: move the fields with defaults to the end",
    );
    check("x: int = -> y", "field `x` has no value after `=` (column 1)");
    check(
        "x -> y: int = 1 if True else 2",
        "unsupported: default of field `y` is not a literal, which is not supported yet (column 15)",
    );
    check(
        "x: int = a.b(1, [2])(), z={'k': (3,)} -> y = {1}",
        "x: int = a.b(1, [2])(), z: str = {'k': (3,)} -> y: str = {1}",
    );
}

#[test]
fn types_have_several_spellings() {
    check("x -> y: List[int]", "x: str -> y: list[int]");
    check("x -> y: typing.Dict[Text, typing.Any]", "x: str -> y: dict[str, Any]");
    check("x: builtins.int -> y: ((list)[(int)])", "x: int -> y: list[int]");
    check("x: None -> y", "x: str -> y: str");
    check("x: Person -> y: list[Color]", "x: Person -> y: list[Color]");
}

#[test]
fn optional_is_a_union_of_one_type_and_none() {
    for spelling in [
        "Optional[int]",
        "Optional[int,]",
        "Optional[Optional[int]]",
        "Union[int, None]",
        "int | None",
        "int | None | int",
        "int | (None | int)",
        "Optional[int] | int",
    ] {
        check(&format!("x -> y: {spelling}"), "x: str -> y: Optional[int]");
    }
    check("x -> y: int | int", "x: str -> y: int");
    check("x -> y: Union[int]", "x: str -> y: int");
    check("x -> y: Person | None", "x: str -> y: Optional[Person]");
    check("x -> y: Literal['a'] | None", "x: str -> y: Optional[Literal['a']]");
}

#[test]
fn literals_hold_constants() {
    check("x -> y: Literal['a', \"b\",]", "x: str -> y: Literal['a', 'b']");
    check(
        "x -> y: Literal[1, True, 1, 'a', 'a', None]",
        "x: str -> y: Literal[1, True, 'a', None]",
    );
    check("x -> y: Literal[0x10, 0b11, 0o17, 1_000]", "x: str -> y: Literal[16, 3, 15, 1000]");
    check("x -> y: Literal[1e400, 2]", "x: str -> y: Literal[1e999, 2]");
    check("x -> y: Literal[99999999999999999999]", "x: str -> y: Literal[99999999999999999999]");
    check("x -> y: Literal[Literal['a', 'b'], 'b']", "x: str -> y: Literal['a', 'b']");
    check("x -> y: Literal[('a', 'b')]", "x: str -> y: Literal['a', 'b']");
    check("x -> y: Literal['(', '#', ',']", "x: str -> y: Literal['(', '#', ',']");
    check("x -> y: Literal[r'a\\n', u'b', 'c' 'd']", "x: str -> y: Literal['a\\\\n', 'b', 'cd']");
    check("x -> y: Literal['\\x41\\u00e9\\101\\q\\\n\\t']", "x: str -> y: Literal['AéA\\\\q\\t']");
    check("x -> y: Literal['''a\nb''']", "x: str -> y: Literal['a\\nb']");
    check("x -> y: Literal[\"it's\"]", "x: str -> y: Literal[\"it's\"]");
    check("x -> y: Literal['a-\\x3eb']", "x: str -> y: Literal['a-\\x3eb']");
}

#[test]
fn every_construct_of_types_is_read() {
    for (written, printed) in [
        ("tuple[int, str]", "tuple[int, str]"),
        ("Tuple[int, ...]", "tuple[int, ...]"),
        ("tuple[()]", "tuple[()]"),
        ("tuple[(int, str),]", "tuple[int, str]"),
        ("set[str]", "set[str]"),
        ("typing.Set[str]", "set[str]"),
        ("FrozenSet[int]", "frozenset[int]"),
        ("list", "list"),
        ("dict", "dict"),
        ("list[dict]", "list[dict]"),
        ("bytes", "bytes"),
        ("complex", "complex"),
        ("NoneType", "Person | NoneType"),
        ("Sequence[int]", "Sequence[int]"),
        ("collections.abc.Sequence[int]", "Sequence[int]"),
        ("MutableSequence[int]", "MutableSequence[int]"),
        ("Deque[int]", "Deque[int]"),
        ("AbstractSet[int]", "AbstractSet[int]"),
        ("Iterable[int]", "Iterable[int]"),
        ("Mapping[str, int]", "Mapping[str, int]"),
        ("DefaultDict[str, list[int]]", "DefaultDict[str, list[int]]"),
        ("defaultdict[str, int]", "DefaultDict[str, int]"),
        ("OrderedDict[str, int]", "OrderedDict[str, int]"),
        ("Counter[str]", "Counter[str]"),
        ("datetime.date", "datetime.date"),
        ("datetime.datetime | None", "Optional[datetime.datetime]"),
        ("datetime.time", "datetime.time"),
        ("datetime.timedelta", "datetime.timedelta"),
        ("decimal.Decimal", "decimal.Decimal"),
        ("uuid.UUID", "uuid.UUID"),
        ("dspy.Image", "dspy.Image"),
        ("list[dspy.History]", "list[dspy.History]"),
        ("List[None]", "list[NoneType]"),
        ("list[None]", "list[None]"),
        ("list['int'] | 'str'", "Union[list[int], str]"),
        ("pydantic.PositiveInt", "int"),
        ("Type[int]", "Type[int]"),
        ("re.Pattern[str]", "re.Pattern[str]"),
        ("pathlib.Path", "pathlib.Path"),
        ("Annotated[Optional[int], 'note', Field(gt=0, le=9)]", "Optional[int]"),
        ("Literal[1.5, 'a']", "Literal[1.5, 'a']"),
    ] {
        if written == "NoneType" {
            // The name is unknown beside types of the caller, as in DSPy.
            assert_eq!(Type::parse(written), Ok(Type::None));
            assert!(Type::parse_with(printed, &types()).is_err());
            continue;
        }
        check(&format!("x -> y: {written}"), &format!("x: str -> y: {printed}"));
    }
}

#[test]
fn unions_keep_the_order_of_their_members() {
    for (written, printed) in [
        ("int | str", "Union[int, str]"),
        ("Union[int, str, int]", "Union[int, str]"),
        ("Union[Union[int, str], float]", "Union[int, str, float]"),
        ("None | int", "Union[None, int]"),
        ("Union[None, int]", "Union[None, int]"),
        ("int | None | str", "Union[int, None, str]"),
        ("Optional[Union[int, str]]", "Union[int, str, None]"),
        ("Optional[int] | str", "Union[int, None, str]"),
        ("list[int] | list[int]", "list[int]"),
        ("Literal['a', 'b'] | Literal['b', 'a'] | int", "Union[Literal['a', 'b'], int]"),
    ] {
        check(&format!("x -> y: {written}"), &format!("x: str -> y: {printed}"));
    }
    for spec in [
        "a: Optional[Union[int, str]], b: Optional[Union[str, int]] -> y",
        "a: int | float | None -> y: list[Union[float, int]]",
    ] {
        assert!(Signature::parse(spec).unwrap_err().is_unsupported(), "{spec}");
    }
    check("a: int | str -> y: Union[int, str]", "a: Union[int, str] -> y: Union[int, str]");
    assert_eq!(Type::parse("NoneType | int"), Ok(Type::optional(Type::Int)));
    assert!(Type::parse("Union[list[int], List[int]]").unwrap_err().is_unsupported());
}

#[test]
fn names_that_are_no_types_are_refused() {
    for ty in [
        "Sequence",
        "Mapping",
        "Callable",
        "T",
        "cast",
        "Never",
        "list[TextIO]",
        "bytearray",
        "dspy.Predict",
        "datetime.nope",
        "typing.Nope",
        "Annotated[int]",
        "Field(gt=0)",
    ] {
        let error = Type::parse(ty).unwrap_err();
        assert!(!error.is_unsupported(), "{ty}: {error}");
    }
    check(
        "x -> y: Mapping",
        "`Mapping` lacks its parameters (column 9)\n  hint: write `Mapping[str, Any]`",
    );
    check("x -> y: tuple[int, ..., str]", "`...` is not a type (column 20)");
    check(
        "x -> day: date",
        "unsupported: output field `day` has type `date`, which is not supported yet (column 11)\n  \
         hint: write `datetime.date`",
    );
}

#[test]
fn prompts_name_types_as_dspy_does() {
    for (source, expected) in [
        ("Optional[list[int]]", "Union[list[int], NoneType]"),
        ("Dict[str, Optional[Color]]", "dict[str, Union[Color, NoneType]]"),
        ("Literal['a', 1, True, None]", "Literal['a', 1, True, None]"),
        (
            r#"Literal["it's", 'say "x"', 'both \' and "']"#,
            r#"Literal["it's", 'say "x"', 'both \' and "']"#,
        ),
        (r"Literal['a\\b']", r"Literal['a\b']"),
        ("Any", "Any"),
        ("tuple[int, ...]", "tuple[int, Ellipsis]"),
        ("tuple[()]", "tuple[]"),
        ("tuple[int, str]", "tuple[int, str]"),
        ("Union[None, int]", "Union[NoneType, int]"),
        ("AbstractSet[int]", "Set[int]"),
        ("Deque[int]", "deque[int]"),
        ("DefaultDict[str, int]", "defaultdict[str, int]"),
        ("Counter[str]", "Counter[str]"),
        ("datetime.datetime", "datetime"),
        ("decimal.Decimal", "Decimal"),
        ("dspy.Image", "Image"),
        ("dspy.Reasoning", "str"),
        ("dict", "dict"),
        ("Type[int]", "type[int]"),
        ("Pattern[str]", "Pattern[str]"),
    ] {
        let ty = Type::parse_with(source, &types()).unwrap();
        assert_eq!(ty.prompt_name(), expected, "{source}");
    }
}

#[test]
fn arrows_are_counted_before_anything_else() {
    check(
        "a -> b -> c",
        "signature has more than one `->` (column 8)\n  \
         hint: all outputs stand after one `->`, parted by commas",
    );
    check(
        "x -> y: Literal['a->b', 'c']",
        "string is never closed (column 17)\n  hint: end it with `'`\n\
         signature has more than one `->` (column 19)\n  hint: inside a string write `-\\x3e`",
    );
    for arrow in ["=>", "→", "- >"] {
        check(
            &format!("a {arrow} b"),
            &format!(
                "signature has no `->` between inputs and outputs (column 3)\n  \
                 hint: write `->` for `{arrow}`"
            ),
        );
    }
    check(
        "question",
        "signature has no `->` between inputs and outputs (column 9)\n  \
         hint: write `inputs -> outputs`, such as `question -> answer`",
    );
}

#[test]
fn all_faults_are_named_at_once() {
    check(
        "task name: text, k: intt => label: strng, k",
        "expected `,`, `:` or `->` after field `task`, found `name` (column 6)\n  \
         hint: a name is one word: `task_name`; fields are parted by commas: `task, name`\n\
         input field `k` has unknown type `intt` (column 21)\n  hint: did you mean `int`?\n\
         signature has no `->` between inputs and outputs (column 26)\n  hint: write `->` for `=>`\n\
         output field `label` has unknown type `strng` (column 36)\n  hint: did you mean `str`?",
    );
}

#[test]
fn types_of_other_notations_are_met_with_a_hint() {
    for (written, meant) in [
        ("string", "write `str`"),
        ("String", "write `str`"),
        ("integer", "write `int`"),
        ("number", "write `int` or `float`"),
        ("boolean", "write `bool`"),
        ("f64", "write `float`"),
        ("HashMap", "write `dict[str, Any]`"),
        ("Persn", "did you mean `Person`?"),
        ("flaot", "did you mean `float`?"),
    ] {
        check(
            &format!("x -> y: {written}"),
            &format!("output field `y` has unknown type `{written}` (column 9)\n  hint: {meant}"),
        );
    }
    check(
        "x -> y: Vec[int]",
        "output field `y` has unknown type `Vec[...]` (column 9)\n  hint: write `list[str]`",
    );
    check(
        "x: List<int, str>, z -> y",
        "expected `,` or `->` after type `List`, found `<` (column 8)\n  \
         hint: parameters stand in square brackets: `list[int]`",
    );
    check("x: 'int' -> y", "`'int'` is not a type (column 4)\n  hint: types stand without quotes");
    check(
        "x: int? -> y",
        "unexpected character '?' (column 7)\n  \
         hint: an optional value has the type `Optional[...]`",
    );
    check(
        "x: str[] -> y",
        "nothing stands between `[` and `]` (column 7)\n  \
         hint: name the type of the items: `list[str]`",
    );
    check(
        "x -> y: zebra",
        "output field `y` has unknown type `zebra` (column 9)\n  hint: known types are `str`, `int`, \
         `float`, `bool`, `Any`, `list[...]`, `dict[..., ...]`, `tuple[...]`, `set[...]`, \
         `Optional[...]`, `Union[...]`, `Literal[...]`, `Person`, `Color`",
    );
}

#[test]
fn names_that_cannot_be() {
    check(
        "class -> y",
        "`class` is a keyword of Python and cannot name a field (column 1)\n  hint: write `class_`",
    );
    check("_x -> y", "field name `_x` begins with an underscore (column 1)\n  hint: write `x`");
    check("_ -> y", "field name `_` begins with an underscore (column 1)");
    check(
        "x -> fields",
        "field name `fields` is taken (column 6)\n  hint: DSPy's `Signature` class has a member of \
         that name; write `fields_` or a longer name",
    );
    check(
        "1a -> b",
        "`1a` is neither a name nor a number (column 1)\n  hint: a name begins with a letter",
    );
    check(
        "x -> y: Literal[1_e5]",
        "`1_e5` is neither a name nor a number (column 17)\n  hint: a name begins with a letter",
    );
    check("x -> y: Literal[1.2.3]", "`1.2.3` is neither a name nor a number (column 17)");
    check(
        "a-b -> c",
        "expected `,`, `:` or `->` after field `a`, found `-` (column 2)\n  hint: write `a_b`",
    );
    check(
        "\"x\" -> y",
        "\"x\" is a string, not a field name (column 1)\n  hint: field names stand without quotes",
    );
    check(
        "a, b -> c, a",
        "field `a` is both an input and an output (column 12)\n  hint: give one of them another name",
    );
    check(", x -> y", "expected a field name, found `,` (column 1)");
    check("aﷺ -> y", "field name `aﷺ` has the character U+FDFA, which is no letter (column 1)");
    check(
        "\u{1e4d0} -> y",
        "field name `\u{1e4d0}` has the character U+1E4D0, which is no letter (column 1)",
    );
    check("🎉 -> y", "unexpected character '🎉' (column 1)");
}

#[test]
fn brackets_and_strings_are_closed() {
    check("a: list[int -> b", "`[` is never closed (column 8)");
    check("a: list[int, c: str -> b", "`[` is never closed (column 8)");
    check("a: list[int]] -> b", "`]` closes nothing (column 13)");
    check("a) -> b", "`)` closes nothing (column 2)");
    check("x -> y: Literal['a", "string is never closed (column 17)\n  hint: end it with `'`");
    check(
        "x -> y # why",
        "comment runs to the end of its side (column 8)\n  hint: end it with a new line, or leave it out",
    );
}

#[test]
fn parameters_are_counted() {
    check("x -> y: List[int, str]", "`List` takes one parameter, found 2 (column 9)");
    check("x -> y: dict[str]", "`dict` takes two parameters, found 1 (column 9)");
    check("x -> y: Optional[int, str]", "`Optional` takes one parameter, found 2 (column 9)");
    check("x -> y: str[int]", "type `str` takes no parameters (column 9)");
    check("x -> y: Person[int]", "type `Person` takes no parameters (column 9)");
    check("x -> y: List", "`List` lacks its parameters (column 9)\n  hint: write `List[str]`");
    check(
        "x -> y: Literal[-1]",
        "expected a type, found `-` (column 17)\n  hint: DSPy reads no signed numbers in the text of a signature",
    );
    check(
        "x -> y: Literal[urgent]",
        "member `urgent` of `Literal` is no constant (column 17)\n  hint: write `'urgent'`",
    );
}

#[test]
fn what_dspy_takes_and_dspex_does_not_yet_is_told_apart() {
    for ty in [
        "Decimal",
        "pathlib.PurePath",
        "list['Person']",
        "Literal[b'a']",
        "list[Annotated[int, Field(gt=1)]]",
        "Annotated[int, Field(default=1)]",
        "list[Callable]",
        "list[List]",
        "list[int, str]",
        "Literal[Color]",
    ] {
        let error = Signature::parse_with(&format!("x -> y: {ty}"), &types()).unwrap_err();
        assert!(error.is_unsupported(), "{ty}: {error}");
        let [fault] = error.faults() else { panic!("{ty}: {error}") };
        assert!(fault.message.contains("not supported yet"), "{ty}: {error}");
    }
    for spec in ["x): pass\ndef g(z -> y", "Literal['\\N{BULLET}'] -> y"] {
        let error = Signature::parse(spec).unwrap_err();
        let is_unsupported = error.is_unsupported();
        assert_eq!(is_unsupported, !spec.starts_with("Literal"), "{spec}: {error}");
    }
    // One refused fault is enough for DSPy to refuse the whole.
    let error = Signature::parse("x: tuple[foo] -> y").unwrap_err();
    assert!(!error.is_unsupported(), "{error}");
}

#[test]
fn deep_nesting_is_a_fault_and_no_crash() {
    for unit in ["list[", "(", "Optional[", "dict[str, ", "Literal["] {
        let error = Type::parse(&unit.repeat(100_000)).unwrap_err();
        assert!(!error.faults().is_empty());
    }
    let long = vec!["int"; 50_000].join("|");
    assert_eq!(Type::parse(&long), Ok(Type::Int));
}

/// Text made of the notation's own pieces, which reaches deeper than arbitrary characters do.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(vec![
            "a", "b1", "größe", "str", "int", "list", "List", "dict", "Optional", "Union", "Literal",
            "None", "tuple", "foo.Bar", "->", ",", ":", "=", "|", "[", "]", "(", ")", "'a'", "\"b",
            "'''", "\\", "\\x4", "-", "1", "0x", "1.5", "...", "#", "\n", " ", "²", "🎉", "?", "lambda",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn any_type() -> impl Strategy<Value = Type> {
    let constant = prop_oneof![
        any::<String>().prop_map(Value::Text),
        (0..i64::MAX).prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
    ];
    let members = proptest::collection::vec(constant, 1..4).prop_map(|members| {
        let mut distinct = Vec::new();
        for member in members {
            if !distinct.contains(&member) {
                distinct.push(member);
            }
        }
        Type::Literal(distinct)
    });
    let leaf = prop_oneof![
        Just(Type::Any),
        Just(Type::Str),
        Just(Type::Int),
        Just(Type::Float),
        Just(Type::Bool),
        Just(Type::Date),
        Just(Type::Decimal),
        Just(Type::Bytes),
        Just(Type::Tuple(Vec::new())),
        Just(Type::Bare(crate::Bare::Dict)),
        members,
        proptest::sample::select(vec!["Person", "Color"])
            .prop_map(|name| types().get(name).unwrap().clone()),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::optional),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(|item| Type::Collection(Collection::Tuple, Box::new(item))),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| Type::Tuple(vec![one, other])),
            (inner.clone(), inner.clone()).prop_map(|(key, value)| Type::dict(key, value)),
            (inner.clone(), inner).prop_map(|(one, other)| Type::union([one, Type::None, other])),
        ]
    })
}

proptest! {
    #[test]
    fn reading_never_panics_and_faults_stay_in_the_text(source in prop_oneof![soup(), any::<String>()]) {
        match Signature::parse(&source) {
            Ok(signature) => {
                let again = Signature::parse(&signature.to_string());
                prop_assert_eq!(again, Ok(signature));
            }
            Err(error) => for fault in error.faults() {
                let span = fault.span.clone().unwrap();
                prop_assert!(source.get(span.clone()).is_some(), "{:?} in {:?}", span, source);
                let column = source[..span.start].chars().count() + 1;
                prop_assert_eq!(fault.column, Some(column));
            },
        }
        let _ = Type::parse(&source);
    }

    #[test]
    fn what_is_printed_reads_back(
        names in proptest::collection::btree_set("[a-z][a-z0-9_]{0,6}x", 2..5),
        types_of in proptest::collection::vec(any_type(), 5),
        n_inputs in 0..5_usize,
    ) {
        let mut fields: Vec<Field> =
            names.into_iter().zip(types_of).map(|(name, ty)| Field::new(name, ty)).collect();
        let outputs = fields.split_off(n_inputs.min(fields.len()));
        let signature = Signature::new("StringSignature", None, fields, outputs).unwrap();
        let parsed = Signature::parse_with(&signature.to_string(), &types());
        // Unions of the same members in another order are left to DSPy.
        prop_assume!(!parsed.as_ref().is_err_and(SignatureError::is_unsupported));
        prop_assert_eq!(parsed, Ok(signature));
    }
}

#[test]
fn names_are_brought_to_pythons_form() {
    check("ﬁeld, ｑ: int -> e\u{301}", "field: str, q: int -> é: str");
    check("a·b, a٣, ℘ -> match", "a·b: str, a٣: str, ℘: str -> match: str");
    check("ａ, a: int -> y", "a: int -> y: str");
    check(
        "ａ -> a",
        "field `a` is both an input and an output (column 6)\n  hint: give one of them another name",
    );
    check(
        "ﬁelds -> y",
        "field name `fields` is taken (column 1)\n  hint: DSPy's `Signature` class has a member \
         of that name; write `fields_` or a longer name",
    );
    check(
        "ｄｅｆ -> y",
        "unsupported: field name `def` is a keyword of Python (column 1)\n  hint: write `def_`",
    );
    check(
        "q: ｉｎｔ -> y",
        "unsupported: input field `q` has type `ｉｎｔ`, which is not supported yet (column 4)",
    );
}
