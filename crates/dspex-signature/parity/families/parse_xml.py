"""Parse cases about XML: structure, nesting, and what strict XML refuses."""

from collections.abc import Iterator
from random import Random

from families import case, completions
from families.case import Case
from families.catalogue import FIELD_TYPES, signature

_PAIR = signature("q -> a, b: int")
# fmt: off
_BODIES: list[tuple[str, str, str]] = [
    ("easy", "<a>x</a>\n<b>5</b>", "good"), ("easy", "<a>\nx\n</a>\n\n<b>\n5\n</b>", "good"),
    ("easy", "<b>5</b><a>x</a>", "order"), ("easy", "<a>x</a>", "missing"), ("easy", "", "empty"),
    ("easy", "x", "prose"), ("medium", "Sure: <a>x</a> and <b>5</b>.", "prose"),
    ("medium", "<a>x</a><b>5", "truncated"), ("medium", "<a>x</a><b>5</b", "truncated"),
    ("medium", "<a>x<b>5</b>", "truncated"), ("medium", "<a>x</b><b>5</a>", "crossed"),
    ("medium", "</a><b>5</b>", "crossed"), ("medium", "<A>x</A><B>5</B>", "case"),
    ("medium", "<a>x</A><b>5</b>", "case"), ("medium", "<a>x</a><a>y</a><b>5</b>", "duplicate"),
    ("medium", "<a>x</a><b>5</b><b>6</b>", "duplicate"),
    ("medium", "<a>x</a><b>bad</b><b>6</b>", "duplicate"),
    ("medium", "<a/><b>5</b>", "self-closing"), ("medium", "<a /><b>5</b>", "self-closing"),
    ("medium", "<a>x</a><b/>", "self-closing"), ("medium", "<a></a><b>5</b>", "empty"),
    ("medium", "<a> </a><b> 5 </b>", "strip"), ("medium", "<a>x & y</a><b>5</b>", "stray"),
    ("medium", "<a>x < y</a><b>5</b>", "stray"), ("medium", "<a>x > y</a><b>5</b>", "stray"),
    ("medium", "<a>x <y</a><b>5</b>", "stray"), ("medium", "<a>AT&T</a><b>5</b>", "stray"),
    ("hard", "<a>x &; y</a><b>5</b>", "stray"), ("hard", "<a>x ]]> y</a><b>5</b>", "stray"),
    ("hard", "1 < 2 <a>x</a><b>5</b>", "stray"),
    ("medium", "<a>&lt;b&gt; &amp; &quot;x&quot; &apos;y&apos;</a><b>5</b>", "entity"),
    ("hard", "<a>&#65;&#x1F389;&#xe9;</a><b>&#53;</b>", "entity"),
    ("hard", "<a>&nbsp;</a><b>5</b>", "entity"), ("hard", "<a>&copy;x</a><b>5</b>", "entity"),
    ("hard", "<a>&#0;</a><b>5</b>", "entity"), ("hard", "<a>&#x1;</a><b>5</b>", "entity"),
    ("hard", "<a>&#xD800;</a><b>5</b>", "entity"), ("hard", "<a>&#65</a><b>5</b>", "entity"),
    ("hard", "<a>&LT;</a><b>5</b>", "entity"), ("hard", "<a>&amp;lt;</a><b>5</b>", "entity"),
    ("hard", "<a>&#10;x&#10;</a><b>5</b>", "entity"), ("hard", "<a>&#xFFFE;</a><b>5</b>", "entity"),
    ("medium", "<a><![CDATA[x < y & z]]></a><b>5</b>", "cdata"),
    ("hard", "<a>p<![CDATA[<b>6</b>]]>s</a><b><![CDATA[5]]></b>", "cdata"),
    ("hard", "<a><![CDATA[x</a><b>5</b>", "cdata"),
    ("hard", "<a><![CDATA[a]]]]><![CDATA[>b]]></a><b>5</b>", "cdata"),
    ("hard", "<![CDATA[<a>x</a>]]><a>y</a><b>5</b>", "cdata"),
    ("medium", "<!-- note --><a>x</a><b>5</b>", "comment"),
    ("hard", "<a>x<!-- note -->y</a><b>5<!-- five --></b>", "comment"),
    ("hard", "<a><!-- x --></a><b>5</b>", "comment"),
    ("hard", "<a>x<!-- a -- b --></a><b>5</b>", "comment"),
    ("hard", "<a>x<!-- open</a><b>5</b>", "comment"),
    ("hard", "<a>x</a><!-- <b>6</b> --><b>5</b>", "comment"),
    ("hard", '<?xml version="1.0"?><a>x</a><b>5</b>', "instruction"),
    ("hard", "<a>x<?php echo 1 ?>y</a><b>5</b>", "instruction"),
    ("hard", "<!DOCTYPE a><a>x</a><b>5</b>", "doctype"),
    ("hard", "<a>x<?xml version='1.0'?></a><b>5</b>", "instruction"),
    ("hard", "<?note?><a>x</a><b>5</b>", "instruction"),
    ("medium", "<a id=\"1\">x</a><b class='n'>5</b>", "attribute"),
    ("hard", "<a id=1>x</a><b>5</b>", "attribute"), ("hard", "<a id>x</a><b>5</b>", "attribute"),
    ("hard", "<a id='1' id='2'>x</a><b>5</b>", "attribute"),
    ("hard", "<a id='<'>x</a><b>5</b>", "attribute"),
    ("hard", "<a id='&amp;\"'>x</a><b>5</b>", "attribute"),
    ("hard", "<a key='b'>x</a><entry key='b'>5</entry>", "attribute"),
    ("hard", "<entry key='a'>x</entry><b>5</b>", "entry"),
    ("hard", "<entry>x</entry><a>y</a><b>5</b>", "entry"),
    ("hard", "<a  id = '1' >x</a ><b\n>5</b\n>", "attribute"),
    ("hard", "<a>x</a x='1'><b>5</b>", "attribute"), ("hard", "<n:a>x</n:a><b>5</b>", "namespace"),
    ("hard", '<a xmlns="u">x</a><b>5</b>', "namespace"),
    ("hard", '<a xmlns:n="u"><n:i>x</n:i></a><b>5</b>', "namespace"),
    ("hard", "<a:x>x</a:x>", "namespace"), ("hard", "<a xml:lang='en'>x</a><b>5</b>", "namespace"),
    ("medium", "<a>x <i>y</i> z</a><b>5</b>", "nested"),
    ("medium", "<a><p>x</p><p>y</p></a><b>5</b>", "nested"),
    ("hard", "<a>x<br/>y</a><b>5</b>", "nested"), ("hard", "<a>x<br>y</a><b>5</b>", "nested"),
    ("hard", "<a>x</a><b><i>5</i></b>", "nested"),
    ("hard", "<a>x <i k='v\"&lt;'>y &amp; z</i>\n t</a><b>5</b>", "nested"),
    ("hard", "<a><a>x</a></a><b>5</b>", "nested"),
    ("hard", "<a><item>x</item></a><b><item>5</item></b>", "nested"),
    ("hard", "<a>x<i>é🎉</i></a><b>5</b>", "nested"),
    ("hard", "<a><![CDATA[<]]><i>&gt;</i>&amp;</a><b>5</b>", "nested"),
    ("hard", "<a>x<i></i><j/></a><b>5</b>", "nested"),
    ("medium", "<root><a>x</a><b>5</b></root>", "wrapped"),
    ("hard", "<dspy_root><a>x</a><b>5</b></dspy_root>", "wrapped"),
    ("hard", "</dspy_root><dspy_root><a>x</a><b>5</b>", "wrapped"),
    ("hard", "<a>x</a></dspy_root><b>5</b>", "wrapped"),
    ("medium", "```xml\n<a>x</a>\n<b>5</b>\n```", "fence"),
    ("medium", '{"a": "x", "b": 5}', "json-for-xml"),
    ("medium", "[[ ## a ## ]]\nx\n[[ ## b ## ]]\n5", "chat-for-xml"),
    ("hard", "<a>x\r\ny\rz</a><b>5</b>", "newlines"), ("hard", "<a>\tx\x0b</a><b>5</b>", "control"),
    ("hard", "<a>x\x00</a><b>5</b>", "control"),
    ("hard", "<a>\u00a0x\u00a0</a><b>\u00a05</b>", "unicode"),
    ("hard", "<a>x\u0085y\u2028z</a><b>5</b>", "unicode"),
    ("hard", "\ufeff<a>x</a><b>5</b>", "unicode"), ("hard", "<a>\ufffex</a><b>5</b>", "unicode"),
    ("hard", "<a>e\u0301 🎉</a><b>٣</b>", "unicode"), ("hard", "< a>x</a><b>5</b>", "stray"),
    ("hard", "<a>x</ a><b>5</b>", "stray"), ("hard", "<a>x</a>&amp;<b>5</b>&", "stray"),
    ("hard", "<a>x</a><b>5</b>\n\n<i>I like 1 &lt; 2</i>", "extra"),
    ("hard", "<think>a &lt; b</think><a>x</a><b>5</b>", "extra"),
    ("hard", "<think>a < b</think><a>x</a><b>5</b>", "stray"),
    ("hard", "<1a>x</1a><a>x</a><b>5</b>", "name"),
    ("hard", "<a-b>x</a-b><a>x</a><b>5</b>", "name"), ("hard", "<é>x</é><a>x</a><b>5</b>", "name"),
    ("hard", "<a>x</a><b>5</b><", "stray"), ("hard", '<a>"x"</a><b>"5"</b>', "quoted"),
    ("hard", "<a>'x'</a><b>5.0</b>", "quoted"),
]
_NESTED: list[tuple[str, str, list[str]]] = [
    ("list[str]", "Citizen", ["<a><item>x</item><item>y</item></a>", "<a><item>x</item></a>", "<a><item/></a>", "<a><item> x </item><item></item></a>", "<a/>", "<a></a>", "<a> </a>", '<a>["x", "y"]</a>', "<a>['x']</a>", "<a>[x</a>", "<a>x</a>", "<a>x</a><a>y</a>", "<a>x, y</a>", "<a><x>1</x></a>", "<a><x>1</x><y>2</y></a>", "<a><item>x</item><other>y</other></a>", "<a>text<item>x</item></a>", "<a><item>x<b>y</b></item></a>", "<a><item>x</item></a><a><item>y</item></a>", '<a><entry key="item">x</entry></a>', "<a><Item>x</Item></a>", "<a><item>1</item><item>null</item></a>", "<a>\n  <item>x</item>\n  <item>y</item>\n</a>", "<a><item>&lt;x&gt; &amp;</item></a>", "<a><item><![CDATA[<x>]]></item></a>", "<a><items><item>x</item></items></a>", '<a>{"item": ["x"]}</a>', "<a>- x\n- y</a>"]),
    ("list[int]", "Citizen", ["<a><item>1</item><item> 2 </item></a>", "<a><item>1.0</item></a>", "<a><item>x</item></a>", "<a><item/></a>", "<a>1</a>", "<a>1</a><a>2</a>", "<a>[1, 2]</a>", "<a>1, 2</a>", "<a><item>true</item></a>", "<a><item>[1]</item></a>", "<a><item>1,000</item></a>", '<a><item>"1"</item></a>']),
    ("list[list[int]]", "Citizen", ["<a><item><item>1</item></item></a>", "<a><item>[1, 2]</item><item/></a>", "<a><item>1</item><item>2</item></a>", "<a>[[1], [2]]</a>", "<a><item><item>1</item><item>2</item></item><item><item>x</item></item></a>"]),
    ("list[Person]", "Person", ["<a><item><name>A</name><age>1</age></item><item><name>B</name><age>x</age></item></a>", "<a><name>A</name><age>1</age></a>", "<a><Person><name>A</name><age>1</age></Person></a>", '<a><item>{"name": "A", "age": 1}</item></a>', '<a>[{"name": "A", "age": 1}]</a>', "<a><item><age>1</age><name>A</name><x/></item></a>", "<a><name>A</name><age>1</age></a><a><name>B</name><age>2</age></a>", "<a><item/></a>", "<a><item><name>A</name><name>B</name><age>1</age></item></a>"]),
    ("Person", "Person", ["<a><name>A</name><age>1</age></a>", "<a><name> A </name><age> 1 </age></a>", "<a><name/><age>1</age></a>", "<a><name>A</name></a>", "<a><name>A</name><age/></a>", "<a/>", "<a>A</a>", "<a>{'name': 'A', 'age': 1}</a>", "<a><Person><name>A</name><age>1</age></Person></a>", '<a><entry key="name">A</entry><age>1</age></a>', "<a><name>A<b>B</b></name><age>1</age></a>", "<a>noise<name>A</name>more<age>1</age></a>", "<a><name>A</name><age>1</age><age>2</age></a>", '<a name="A"><age>1</age></a>', "<a><name>null</name><age>1</age></a>", "<a><name>5</name><age>1.0</age></a>", "<a>null</a>", "<a><name>A &amp; B</name><age>1</age></a>"]),
    ("Optional[Person]", "Person", ["<a/>", "<a></a>", "<a>null</a>", "<a>None</a>", "<a><name>A</name><age>1</age></a>", "<a><name>A</name></a>", "", "<a>A</a>"]),
    ("Optional[str]", "Citizen", ["<a/>", "<a> </a>", "<a>null</a>", "<a>None</a>", "<a>x</a>", "<a><b>x</b></a>", "<a>x<b>y</b></a>", "", "<b>x</b>", "<a>5</a>"]),
    ("Optional[int]", "Citizen", ["<a/>", "<a>5</a>", "<a>null</a>", "<a>x</a>", "<a><b>5</b></a>", "", "<a>5</a><a>6</a>"]),
    ("str | list[str]", "Citizen", ["<a>x</a>", "<a><item>x</item></a>", "<a/>", '<a>["x"]</a>']),
    ("Union[list[int], dict[str, int]]", "Citizen", ["<a><item>1</item></a>", "<a><x>1</x></a>", '<a>{"x": 1}</a>', "<a>[1]</a>", "<a/>", "<a><x>y</x></a>"]),
    ("Union[Person, Address]", "Citizen", ["<a><street>S</street></a>", "<a><name>A</name><age>1</age></a>", "<a><street>S</street><zip_code/></a>", "<a/>"]),
    ("Union[int, str]", "Citizen", ["<a>5</a>", "<a>x</a>", "<a/>", "<a><b>5</b></a>"]),
    ("Citizen", "Citizen", ["<a><name>C</name><home><street>S</street></home></a>", "<a><name>C</name><home><street>S</street><zip_code/></home><tags/></a>", "<a><name>C</name><home>S</home></a>", "<a><name>C</name><home><street>S</street></home><tags>x</tags><tags>y</tags></a>", '<a><name>C</name><home><street>S</street></home><tags>["x"]</tags><score>1</score></a>', '<a><name>C</name><home>{"street": "S"}</home></a>', "<a><name>C</name><home><street>S</street></home><score/></a>"]),
    ("dict[str, int]", "Citizen", ["<a><x>1</x><y>2</y></a>", '<a><entry key="x y">1</entry></a>', '<a><entry key="x">1</entry><entry key="x">2</entry></a>', "<a><entry>1</entry></a>", "<a><x>1</x><x>2</x></a>", "<a><x>one</x></a>", "<a><x/></a>", '<a>{"x": 1}</a>', "<a>{x: 1}</a>", "<a/>", "<a> </a>", "<a>x</a>", "<a><item>1</item></a>", '<a><entry key="&lt;&amp;&quot;">1</entry></a>', '<a><entry key="">1</entry></a>', '<a><x k="v">1</x></a>', "<a><n:x>1</n:x></a>", "<a><x>1.0</x></a>"]),
    ("dict[str, list[str]]", "Citizen", ["<a><x><item>p</item></x><y/></a>", "<a><x>p</x><x>q</x></a>", '<a><x>["p"]</x></a>', "<a><x>p</x></a>"]),
    ("dict[str, Any]", "Citizen", ["<a><x>1</x></a>", "<a><x><y>1</y></x></a>", "<a><x>p</x><x>q</x></a>", "<a><x><item>1</item><item>2</item></x></a>", "<a/>", '<a>{"x": [1]}</a>']),
    ("Tree", "Tree", ["<a><value>1</value></a>", "<a><value>1</value><kids><item><value>2</value></item></kids></a>", "<a><value>1</value><kids><value>2</value></kids></a>", "<a><value>1</value><kids><item><value>2</value><kids><item><value>x</value></item></kids></item></kids></a>", "<a><value>1</value><kids>none</kids></a>"]),
    ("Row", "Row", ["<a><id>1</id><labels><item>x</item></labels></a>", "<a><id>1</id><labels/></a>", "<a><id>1</id></a>", "<a><id>1</id><labels>x</labels></a>"]),
    ("Settings", "Settings", ["<a><type>t</type></a>", "<a><type>t</type><options><k>v</k></options><pair><item>1</item><item>x</item></pair><flag>true</flag></a>", '<a><type>t</type><pair>[1, "x"]</pair></a>', "<a><type>t</type><pair>1</pair></a>", '<a><type>t</type><counts><entry key="a b">2</entry></counts><flag/></a>']),
    ("Event", "Event", ["<a><at>2024-05-06T07:08:09</at><day/><cost>1.5</cost></a>", "<a><at>2024-05-06</at></a>", "<a><at/></a>"]),
    ("Choice", "Choice", ["<a><kind>a</kind><color>red</color></a>", "<a><kind>a</kind><color>red</color><maybe/></a>", "<a><kind>a</kind><color>red</color><maybe>3</maybe></a>", '<a><kind>"a"</kind><color>red</color></a>', "<a><kind>a</kind><color>RED</color></a>"]),
    ("tuple[int, str]", "Citizen", ["<a><item>1</item><item>x</item></a>", '<a>[1, "x"]</a>', "<a>(1, 'x')</a>", "<a>1</a><a>x</a>", "<a/>"]),
    ("set[int]", "Citizen", ["<a><item>1</item><item>1</item></a>", "<a>{1, 2}</a>", "<a/>"]),
    ("Any", "Citizen", ["<a>5</a>", "<a>x</a>", "<a><b>1</b></a>", "<a><item>1</item><item>2</item></a>", "<a/>", "<a>1</a><a>2</a>", '<a>{"x": 1}</a>', "<a>null</a>"]),
    ("bool", "Citizen", ["<a>true</a>", "<a> False </a>", "<a><b>true</b></a>", "<a>yes</a>", "<a>1</a>"]),
    ("Color", "Color", ["<a>red</a>", "<a> red </a>", "<a>Color.red</a>", "<a/>", "<a><b>red</b></a>"]),
    ("Optional[Color]", "Color", ["<a>red</a>", "<a/>", "<a>RED</a>"]),
    ("list[Color]", "Color", ["<a><item>red</item><item>blue</item></a>", "<a><item>RED</item></a>", "<a>red</a>"]),
    ("Literal['a', 'b']", "Citizen", ["<a>a</a>", "<a>'a'</a>", "<a> b </a>", "<a>c</a>", "<a/>"]),
    ("Literal[1, 2]", "Citizen", ["<a>1</a>", "<a>3</a>", "<a>Literal[2]</a>", "<a>1.0</a>"]),
]
# fmt: on


def cases(random: Random) -> Iterator[Case]:
    """Yield structures, nested values, and nested values spoilt."""
    for level, completion, tag in _BODIES:
        yield case.parse("xml-structure", level, "xml", _PAIR, completion, tag)
    for annotation, name, bodies in _NESTED:
        names = (
            [name]
            if name in annotation
            else ["Person", "Address"]
            if "Person" in annotation
            else []
        )
        given = signature(f"q -> a: {annotation}", *names)
        for completion in bodies:
            yield case.parse("xml-nested", "medium", "xml", given, completion, "nested-xml")
    nested = [one for one in FIELD_TYPES if isinstance(one.values[0], list | dict)]
    for _ in range(140):
        field_type = random.choice(nested)
        given = signature(f"q -> a: {field_type.annotation}", *field_type.classes)
        completion = completions.nested_xml("a", random.choice(field_type.values))
        completion = _spoil(completion, random)
        yield case.parse("xml-fault", "hard", "xml", given, completion, "nested-xml", "malformed")


def _spoil(text: str, random: Random) -> str:
    at = random.randrange(len(text))
    change = random.randrange(6)
    if change == 0:
        return text[:at]
    if change == 1:
        return text[:at] + random.choice("<>&/\"' \n") + text[at:]
    if change == 2:
        return text.replace("<item>", "<i>", 1)
    if change == 3:
        return text.replace("><", ">\n  <")
    if change == 4:
        return text.replace("</item>", "", 1)
    return f"<!-- n -->{text}" if at % 2 else f"{text}\n<note>done</note>"
