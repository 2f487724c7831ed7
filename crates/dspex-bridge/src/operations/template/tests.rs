//! What templates render, refuse and are held to.

use dspex_signature::{Fields, Value, fields};

use super::{Template, TemplateErrorKind, TemplateLimits};

fn rendered(text: &str, fields: &Fields) -> String {
    match Template::parse("t", text).and_then(|template| template.render(fields)) {
        Ok(text) => text,
        Err(error) => format!("{error}; {}", error.hint()),
    }
}

fn several() -> Fields {
    let big = "123456789012345678901234567890123456789012345678901234567890";
    fields! {
        "text" => "it's <b>",
        "none" => Value::Null,
        "yes" => true,
        "int" => 7,
        "big" => Value::from_json(big).unwrap(),
        "float" => 1e16,
        "list" => vec!["a", "it's"],
        "tuple" => Value::Tuple(vec![Value::from(1)]),
        "map" => fields! { "key" => fields! { "inner" => vec![1, 2] } },
    }
}

#[test]
fn values_print_as_python_prints_them() {
    for (text, expected) in [
        ("{{ text }}", "it's <b>"),
        ("{{ none }} {{ yes }} {{ int }} {{ float }}", "None True 7 1e+16"),
        ("{{ big }}", "123456789012345678901234567890123456789012345678901234567890"),
        ("{{ list }} {{ tuple }}", "['a', \"it's\"] (1,)"),
        ("{{ map }} {{ map.key.inner[1] }}", "{'key': {'inner': [1, 2]}} 2"),
        ("{{ [list, none, 'x', 2.0] }}", "[['a', \"it's\"], None, 'x', 2.0]"),
        ("{{ {'a': yes} }}", "{'a': True}"),
        ("{{ map | tojson }} {{ none | tojson }}", r#"{"key": {"inner": [1, 2]}} null"#),
        ("{% for name in map %}{{ name }}{% endfor %}", "key"),
        ("{% for item in list %}{{ loop.index }}{{ item }} {% endfor %}", "1a 2it's "),
        ("{{ list | length }} {{ list | join(',') }} {{ text | upper }}", "2 a,it's IT'S <B>"),
        ("{{ missing | default('-') }}", "-"),
        ("{% if none is none and int > 6 %}so{% endif %}\n", "so"),
    ] {
        assert_eq!(rendered(text, &several()), expected, "{text}");
    }
}

#[test]
fn faults_are_told_by_name_and_line_without_values() {
    let told = |text: &str| rendered(text, &fields! { "secret" => "hunter2" });
    for (text, expected) in [
        ("a\n{{ nobody }}", "template `t`, line 2: "),
        ("{{ secret.part.more }}", "template `t`, line 1: "),
        ("{% for %}", "template `t`, line 1: "),
        ("{% include 'other' %}", "template `t`, line 1: "),
        ("{{ secret | nofilter }}", "template `t`, line 1: "),
        ("{{ secret.upper() }}", "template `t`, line 1: "),
        ("{{ secret * 3 + 1 }}", "template `t`, line 1: an operation that its values do not allow"),
    ] {
        let told = told(text);
        assert!(told.starts_with(expected) && !told.contains("hunter2"), "{text}: {told}");
        assert!(told.contains("; "), "there is a hint: {told}");
    }
    assert!(told("{{ nobody }}").contains("`nobody` is undefined"), "{}", told("{{ nobody }}"));
}

#[test]
fn a_rendering_is_held_to_its_limits() {
    let kind = |text: &str, limits| {
        let template = Template::parse("t", text).unwrap().limited(limits);
        let long = fields! { "long" => "x".repeat(1000) };
        template.render(&long).map_err(|error| error.kind().clone())
    };
    let work = "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}";
    let limits = TemplateLimits::default();
    assert_eq!(kind(work, limits), Err(TemplateErrorKind::OutOfFuel));
    let limits = TemplateLimits { output_bytes: 1500, ..limits };
    assert_eq!(kind("{{ long }}{{ long }}", limits), Err(TemplateErrorKind::TooLong(1500)));
    assert_eq!(kind("{{ long }}", limits).map(|text| text.len()), Ok(1000));
    assert!(kind("{{ 'x' * 100000000000 }}", limits).is_err());
}

#[test]
fn lists_that_hold_one_list_many_times_cost_as_much_as_they_print() {
    let doubled = "{% set a = [a, a] %}".repeat(40);
    for shown in ["{{ a }}", "{{ (a | tojson) | length }}"] {
        let template = Template::parse("t", &format!("{{% set a = [1] %}}{doubled}{shown}"));
        let error = template.unwrap().render(&Fields::new()).unwrap_err();
        assert_eq!(*error.kind(), TemplateErrorKind::OutOfFuel, "{shown}");
    }
}

#[test]
fn a_dict_costs_as_much_as_its_parts_whatever_its_keys() {
    let dict = Value::dict((0..1000).map(|key| (Value::Int(key), Value::Int(key))));
    let again = "{% for i in range(1000) %}{% set text = dict | tojson %}{% endfor %}";
    let error = Template::parse("t", again).unwrap().render(&fields! { "dict" => dict });
    assert_eq!(*error.unwrap_err().kind(), TemplateErrorKind::OutOfFuel);
}

#[test]
fn looking_up_every_name_of_a_large_map_takes_no_time() {
    let name = |number| (format!("a_name_that_is_a_little_longer_{number}"), Value::Int(number));
    let map: Fields = (0..30_000).map(name).collect();
    let each = "{% set out = namespace(sum=0) %}{% for name in map %}\
                {% set out.sum = out.sum + map[name] %}{% endfor %}{{ out.sum }}";
    let begun = std::time::Instant::now();
    assert_eq!(rendered(each, &fields! { "map" => map }), "449985000");
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

#[test]
fn the_names_that_are_read_are_known() {
    let text = "{% set own = first %}{% for item in list %}{{ item.part }}{{ own }}{% endfor %}\
                {{ range(3) | list }}";
    assert_eq!(Template::parse("t", text).unwrap().reads(), ["first", "list"]);
}

#[test]
fn other_templates_and_the_insides_cannot_be_reached() {
    for text in ["{{ debug() }}", "{% extends 'x' %}", "{% import 'x' as y %}", "{{ self }}"] {
        let told = rendered(text, &several());
        assert!(told.starts_with("template `t`"), "{text}: {told}");
    }
}

#[test]
fn a_part_that_is_read_often_is_copied_once() {
    let map = super::values::to_template(fields! { "text" => "x".repeat(1 << 20) }.into());
    let (once, again) = (map.get_attr("text").unwrap(), map.get_attr("text").unwrap());
    assert_eq!(once.as_str().unwrap().as_ptr(), again.as_str().unwrap().as_ptr());
}
