"""Where a client failed is read from what each language prints of an error."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm_contracts.clients.crash_sites import CrashSite, crash_site

PYTHON_LIBRARY = """Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/requests/models.py", line 974, in json
    return complexjson.loads(self.text, **kwargs)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/work/client.py", line 61, in <module>
    print(fields())
  File "/work/client.py", line 40, in fields
    return answer.json()
  File "/usr/lib/python3/dist-packages/requests/models.py", line 978, in json
    raise RequestsJSONDecodeError(e.msg, e.doc, e.pos)
requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
"""
PYTHON_WRAPPED = """Traceback (most recent call last):
  File "/work/client.py", line 3, in f
KeyError: 'id'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/work/client.py", line 5, in <module>
  File "/work/client.py", line 4, in f
client.LeadError: no id: 7
in the answer
"""
PYTHON_GROUP = """  + Exception Group Traceback (most recent call last):
  |   File "/work/client.py", line 8, in <module>
  | ExceptionGroup: two (2 sub-exceptions)
"""
NODE = """file:///work/client.mjs:3
TypeError: Cannot read properties of undefined (reading 'Value')
    at JSON.parse (<anonymous>)
    at read (file:///work/node_modules/axios/index.js:4:5)
    at file:///work/client.mjs:16:58
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)

Node.js v20.20.2
"""
NODE_CAUSE = """Error: wrapped: once
    at f (/work/client.js:1:46)
    at node:internal/main/eval_string:51:3 {
  [cause]: TypeError: Cannot read properties of null (reading 'x')
      at f (/work/client.js:9:25)
}
"""
NODE_OWN_CLASS = "LeadError [Error]: one\ntwo: three\n    at /work/client.js:1:42\n"
JAVA = """Exception in thread "main" java.lang.IllegalStateException: wrapped
line
\tat com.shop.Client.send(Client.java:12)
\tat com.shop.Client.main(Client.java:4)
Caused by: java.lang.NullPointerException: Cannot invoke "String.length()" because "<parameter1>" is null
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat com.fasterxml.jackson.databind.ObjectMapper.readValue(ObjectMapper.java:1)
\tat com.shop.Client.send(Client.java:9)
\t... 1 more
"""
GO = """panic: runtime error: index out of range [0] with length 0

goroutine 1 [running]:
encoding/json.Unmarshal(...)
\t/usr/local/go/src/encoding/json/decode.go:96
main.fields({0xc000012345, 0x3})
\t/work/client.go:31 +0x1d
main.main()
\t/work/client.go:12 +0x85
exit status 2
"""
PHP = """PHP Fatal error:  Uncaught TypeError: strlen(): got null in /work/vendor/a/Str.php:7
Stack trace:
#0 /work/client.php(22): A\\Str->length(NULL)
#1 {main}

Next Shop\\LeadError: no lead in /work/client.php:24
Stack trace:
#0 /work/client.php(40): create()
#1 {main}
  thrown in /work/client.php on line 24
"""
RUBY = (
    "/usr/lib/ruby/3.1.0/json/common.rb:216:in `parse': unexpected token at '' (JSON::ParserError)\n"
    "\tfrom client.rb:14:in `fetch'\n\tfrom client.rb:20:in `<main>'\n"
)
DOTNET = """Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.
   at System.Text.Json.JsonElement.GetProperty(String name)
   at Client.Read(String text) in /work/Client.cs:line 9
   at Client.Main() in /work/Client.cs:line 3
"""
SITES = {
    "Python, in a library": (PYTHON_LIBRARY, "JSONDecodeError at client.py:40"),
    "Python, wrapped": (PYTHON_WRAPPED, "LeadError at client.py:4, caused by KeyError at client.py:3"),
    "Python, a group": (PYTHON_GROUP, "ExceptionGroup at client.py:8"),
    "Node.js, in a library": (NODE, "TypeError at client.mjs:16:58"),
    "Node.js, wrapped": (NODE_CAUSE, "Error at client.js:1:46, caused by TypeError at client.js:9:25"),
    "Node.js, a class of its own": (NODE_OWN_CLASS, "LeadError at client.js:1:42"),
    "Java": (JAVA, "IllegalStateException at Client.java:12, caused by NullPointerException at Client.java:9"),
    "Go": (GO, "panic runtime error: index out of range at client.go:31"),
    "PHP": (PHP, "LeadError at client.php:24, caused by TypeError at client.php:22"),
    "PHP, out of memory": (
        "PHP Fatal error:  Allowed memory size of 1 bytes exhausted in /work/c.php on line 5\n",
        "fatal error at c.php:5",
    ),
    "Ruby": (RUBY, "ParserError at client.rb:14"),
    ".NET": (DOTNET, "NullReferenceException at Client.cs:9"),
    "Rust": (
        "\nthread 'main' panicked at src/main.rs:4:10:\ncalled `Option::unwrap()` on a `None`\n",
        "panic at main.rs:4",
    ),
    "Perl": (
        "Can't use an undefined value as an ARRAY reference at puller.pl line 12, <STDIN> line 3.\n",
        "die at puller.pl:12",
    ),
}


@pytest.mark.parametrize("printed", SITES)
def test_the_site_is_the_error_and_the_innermost_frame_of_the_client(printed: str) -> None:
    text, site = SITES[printed]
    assert crash_site(f"so far so good\n{text}") == CrashSite(site, has_place=True)


def test_of_several_errors_the_last_is_taken() -> None:
    assert crash_site(PYTHON_LIBRARY + PYTHON_WRAPPED) == crash_site(PYTHON_WRAPPED)
    assert crash_site(NODE_CAUSE + NODE) == crash_site(NODE)


def test_without_a_trace_the_line_that_names_an_error_is_taken_without_its_numbers() -> None:
    found = crash_site("lead 7\nTypeError: no 'Value' of 123\nbye\n")
    assert found == CrashSite("TypeError: no 'Value' of N", has_place=False)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("TypeError: no 'a'", "TypeError: no 'b'", True),
        ("TypeError: no 'a'", "RangeError: no 'a'", False),
        ("TypeError: no 'a'", NODE, False),
        (NODE, NODE.replace("16:58", "17:58"), False),
        (NODE, NODE.replace("Value", "Key"), True),
    ],
)
def test_failures_are_alike_whatever_values_their_messages_have(one: str, other: str, alike: bool) -> None:
    first, second = crash_site(one), crash_site(other)
    assert first is not None
    assert second is not None
    assert first.is_like(second) is alike


@pytest.mark.parametrize("printed", ["", "lead 7\n", "the CRM refused the lead\n"])
def test_an_output_that_names_no_error_has_no_site(printed: str) -> None:
    assert crash_site(printed) is None


JAVA_PROGRAM = """public class Client {
  public static void main(String[] words) {
    Object nothing = null;
    nothing.hashCode();
  }
}
"""
PROGRAMS = {
    "client.py": (sys.executable, "import json\njson.loads('{')\n", "JSONDecodeError at client.py:2"),
    "client.mjs": ("node", "const lead = {};\nawait 0;\nlead.id.length;\n", "TypeError at client.mjs:3:9"),
    "client.pl": ("perl", "use strict;\nmy $lead;\n@$lead[0]->{id};\ndie 'x';\n", "die at client.pl:3"),
    "Client.java": ("java", JAVA_PROGRAM, "NullPointerException at Client.java:4"),
}


@pytest.mark.parametrize("file", PROGRAMS)
def test_programs_that_crash_have_a_site(tmp_path: Path, file: str) -> None:
    interpreter, source, site = PROGRAMS[file]
    if shutil.which(interpreter) is None:
        pytest.skip(f"{interpreter} is not installed here")
    (tmp_path / file).write_text(source)
    done = subprocess.run([interpreter, tmp_path / file], capture_output=True, text=True, check=False)
    assert crash_site(done.stdout + done.stderr) == CrashSite(site, has_place=True)
