//! Documents and what Python's `ElementTree` (expat 2.5.0) makes of them.

use proptest::prelude::*;

use super::{
    document::Element,
    reader::{ReadError, read},
    serialize::{self, TooDeep},
};

/// Elements as `name@attribute=value[text](children)tail`.
fn show(element: Element<'_>) -> String {
    let mut shown = element.tag().into_owned();
    for (namespace, local, value) in element.attributes() {
        let namespace =
            if namespace.is_empty() { String::new() } else { format!("{{{namespace}}}") };
        shown += &format!("@{namespace}{local}={value}");
    }
    shown += &format!("[{}]", element.text());
    let children: Vec<_> = element.children().map(show).collect();
    if !children.is_empty() {
        shown += &format!("({})", children.join(","));
    }
    shown + element.tail()
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let actual = match read(source) {
        Ok(document) => {
            let root = document.root();
            let children: Vec<_> = root.children().map(show).collect();
            format!("{}{}", root.text(), children.join(","))
        }
        Err(ReadError::NotWellFormed(fault)) => format!("{}: {}", fault.offset, fault.what),
        Err(ReadError::Unsure(reason)) => format!("unsure: {reason}"),
    };
    assert_eq!(actual, expected, "reading {source:?}");
}

#[test]
fn elements_and_the_text_around_them() {
    check("", "");
    check("Sure:\n<a>x</a> and <b/>.", "Sure:\na[x] and ,b[].");
    check("<a>1<b>2</b>3<c>4</c>5</a>", "a[1](b[2]3,c[4]5)");
    check("<a\n x = '1'\ty=\"'\"  />", "a@x=1@y='[]");
    check("<a></a\r\n>", "a[]");
    check("a > b ] ]] c", "a > b ] ]] c");
}

#[test]
fn comments_and_instructions_vanish_and_text_joins() {
    check("<a>1<!-- x --><?y z?>2<![CDATA[<&>]]>3</a>4<!---->5", "a[12<&>3]45");
    check("<![CDATA[]]]]>", "]]");
    check("<?a?><?b ??>", "");
}

#[test]
fn references_and_line_breaks_are_resolved() {
    check("&lt;&amp;&gt;&quot;&apos;&#65;&#x1F600;&#0065;&#13;", "<&>\"'A😀A\r");
    check("a\r\nb\rc\n<![CDATA[\r\r\n]]>", "a\nb\nc\n\n\n");
    check("<a x='1\r\n2\t3\n&#10;&lt;>'/>", "a@x=1 2 3 \n<>[]");
}

#[test]
fn prefixes_become_namespaces() {
    check("<p:a xmlns:p='u' p:x='1' x='2'><p:b/></p:a>", "{u}a@{u}x=1@x=2[]({u}b[])");
    check("<a xmlns='u' x='1'><b xmlns=''/><c/></a><d/>", "{u}a@x=1[](b[],{u}c[]),d[]");
    check("<a xml:lang='en'/>", "a@{http://www.w3.org/XML/1998/namespace}lang=en[]");
    check("<a xmlns:p='u'/><p:b/>", "22: a prefix that stands for no namespace");
    check("<a xmlns:p=''/>", "15: a prefix is bound to nothing");
    check("<a xmlns:p='x}y'/>", "18: a namespace has a `}`");
    check("<a xmlns:xml='u'/>", "18: `xml` cannot be bound anew");
    check("<a xmlns:xmlns='u'/>", "20: `xmlns` cannot be bound");
    check("<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", "42: an attribute that stands twice");
    let long = format!("<a xmlns='{}'/>", "u".repeat(257));
    check(&long, "unsure: a namespace is longer than 256 bytes");
}

#[test]
fn what_expat_refuses_is_refused() {
    check("a & b", "3: a `&` that begins no known reference");
    check("&nbsp;", "1: a `&` that begins no known reference");
    check("&#0;", "1: a `&` that begins no known reference");
    check("&#xD800;", "1: a `&` that begins no known reference");
    check("&#1114112;", "1: a `&` that begins no known reference");
    check("&#X41;", "1: a `&` that begins no known reference");
    check("1 < 2", "3: expected a name");
    check("<a>x", "4: an element that does not end");
    check("<a></b>", "5: an end tag that fits no start tag");
    check("</dspy_root><dspy_root>", "2: an end tag that fits no start tag");
    check("x]]>", "1: `]]>` in a text");
    check("<!-- a -- b -->", "9: a comment has `--` inside");
    check("<!--->", "4: a comment that does not end");
    check("<!DOCTYPE a>", "1: expected a name");
    check("<?xml version='1.0'?>", "2: an XML declaration may stand at the very beginning only");
    check("<?a:b?>", "3: expected white space or `?>` behind the target");
    check("<![CDATA[ x", "9: a CDATA section that does not end");
    check("<a x='1'y='2'/>", "8: a start tag that does not end");
    check("<a x=1/>", "5: an attribute's value is not in quotes");
    check("<a x/>", "4: an attribute without a value");
    check("<a x='<'/>", "6: an attribute's value that does not end");
    check("<a x='' x=''/>", "14: an attribute that stands twice");
    check("<a:b:c/>", "4: a name has two colons");
    check("a\0", "1: a character that XML has no place for");
    check("é\u{ffff}", "2: a character that XML has no place for");
    check("é\u{fffd}", "é\u{fffd}");
}

#[track_caller]
fn check_written(source: &str, expected: &str) {
    let document = read(source).unwrap();
    let mut written = String::new();
    for child in document.root().children() {
        serialize::write(child, 10, &mut written).unwrap();
    }
    assert_eq!(written, expected, "writing {source:?}");
}

#[test]
fn elements_are_written_as_element_tree_writes_them() {
    check_written("<a >x<b></b>y</a >\r\ntail", "<a>x<b />y</a>\ntail");
    check_written("<a>&lt;&amp;></a>&quot;'", "<a>&lt;&amp;&gt;</a>\"'");
    check_written(
        "<a x='&#13;&#10;&#9;&quot;&gt;&apos;'/>",
        "<a x=\"&#13;&#10;&#09;&quot;&gt;'\" />",
    );
    check_written(
        "<a xmlns='u'><b xmlns='v' xmlns:w='u' w:x='1' xml:y='2'/></a>",
        "<ns0:a xmlns:ns0=\"u\" xmlns:ns1=\"v\"><ns1:b ns0:x=\"1\" xml:y=\"2\" /></ns0:a>",
    );
    check_written(
        "<a xmlns='http://www.w3.org/1999/xhtml'/>",
        "<html:a xmlns:html=\"http://www.w3.org/1999/xhtml\" />",
    );
}

#[test]
fn depth_costs_no_stack() {
    const DEPTH: usize = 100_000;
    let source = "<a>".repeat(DEPTH) + &"</a>".repeat(DEPTH);
    let document = read(&source).unwrap();
    let mut deepest = document.root();
    let mut depth = 0;
    while let Some(child) = deepest.first_child() {
        deepest = child;
        depth += 1;
    }
    assert_eq!(depth, DEPTH);
    let top = document.root().first_child().unwrap();
    assert_eq!(serialize::write(top, 100, &mut String::new()), Err(TooDeep));
    assert_eq!(serialize::write(top, DEPTH, &mut String::new()), Ok(()));
    assert!(matches!(read(&source[..3 * DEPTH]), Err(ReadError::NotWellFormed(_))));
}

proptest! {
    #[test]
    fn no_document_is_too_strange(source in r#"(<a>|</a>|<|>|&|;|#|x|'|=|\?|!--|\[CDATA\[|]]|[ab:\r\n é]|\PC){0,30}"#) {
        let _ = read(&source);
    }

    #[test]
    fn what_is_written_is_read_back(
        text in "[^\0-\x08\x0b\x0c\x0e-\x1f\r\u{fffe}\u{ffff}]{0,20}",
        value in "[^\0-\x08\x0b\x0c\x0e-\x1f\u{fffe}\u{ffff}]{0,20}",
    ) {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let value_source: String = value.chars().map(|char| format!("&#{};", u32::from(char))).collect();
        let source = format!("<a x='{value_source}'>{}<b/></a>", escape(&text));
        let document = read(&source).unwrap();
        let mut written = String::new();
        serialize::write(document.root().first_child().unwrap(), 10, &mut written).unwrap();
        let again = read(&written).unwrap();
        let element = again.root().first_child().unwrap();
        prop_assert_eq!(element.text(), text.as_str());
        prop_assert_eq!(element.attribute("x"), Some(value.as_str()));
    }
}
