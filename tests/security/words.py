"""Words that mean something in a format, by which a fuzzer gets further than by chance."""

YAML = (
    "- ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    "|\n",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "<<: *a",
    "---\n",
    "1/2",
    "1e9",
)
TABLE = (",", ";", '"', '""', "\n", "\r", "\t", "=1+1", "A", "1:", "q1", "student", "form", "true", "[", "null", "０")
MARKUP = ("<b>", "</", "<!--", "-->", "&lt;", "&#0;", "<table><tr><td>", "<pre>", "<ul><li>", '<img src="a" alt="b">',
    "@@PLUGINFILE@@/a.svg", '<div class="vlearn-task">', "\ue0001\ue001", "[[1]]", "{1:SA:=", "{1:MC:", "~", "}",
    "%50%", "\\", "`", "*", "#", "javascript:x")  # fmt: skip
XML = ("<question type='cloze'>", "<text>", "</text>", "<![CDATA[", "]]>", '<answer fraction="50">', "<tag>", "&x;",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", "<file name='../a' encoding='base64'>", "kind:trace", "kind:true-false",
    "kind:classification", "kind:numeric", "kind:code", "1e99", "html", "markdown", "moodle_auto_format")  # fmt: skip
GIFT = ("{", "}", "=", "####", "->", "::", "//", "[html]", "[markdown]", "[plain]", "[id:x]", "[tag:kind:numeric]",
    "[tag:kind:classification]", "T", "FALSE", "..", ":", "%-50%", "$CATEGORY: ", "\n\n")  # fmt: skip
JSON = ("[", "]", "{", "}", ",", ":", "null", "true", "1e999", "-1", "NaN", '"\\ud800"', '"1"', "[" * 3000)
