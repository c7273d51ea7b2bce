"""The preview over a real socket: what it shows, that it follows the files, and whom it answers."""

import http.client
import re
import threading
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest

from vlearn.content import question_bank
from vlearn.errors import BankError, ContentError
from vlearn.exams.preview.server import PreviewServer
from vlearn.exams.preview.source import Source
from vlearn.questions.skeleton import new_question

AIM = "ch06-count-references"
PATIENCE = 30


@contextmanager
def served(source, host="127.0.0.1"):
    with PreviewServer(source, host) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(PATIENCE)


@pytest.fixture
def bank(tmp_path):
    for kind in ("single-choice", "numeric"):
        new_question(tmp_path, AIM, kind)
    return tmp_path


@pytest.fixture
def server(bank):
    with served(Source(bank)) as server:
        yield server


def ask(server, path="", *, token=None, method="GET", **headers):
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    try:
        connection.request(method, f"/{server.token if token is None else token}/{path}", headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers
    finally:
        connection.close()


def edit(bank, kind, old, new):
    path = bank / "06-memory" / f"new-{kind}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_lists_the_questions_and_shows_findings_beside_paper_and_key(server):
    status, text, _ = ask(server, "?id=ch06-new-numeric")
    assert status == 200
    assert "<h1>ch06-new-numeric</h1>" in text
    assert text.count('<span class="mark">finding</span>') == 2
    assert "is still to be written" in text
    assert "<code>unfinished</code>" in text
    frames = re.findall(r'src="((?:paper|key)\?[^"]+)"', text)
    assert frames == ["paper?id=ch06-new-numeric&amp;seed=1", "key?id=ch06-new-numeric&amp;seed=1"]


def test_the_paper_has_no_answer_and_the_key_has_it(server):
    _, paper, _ = ask(server, "paper?id=ch06-new-single-choice&seed=3")
    _, key, _ = ask(server, "key?id=ch06-new-single-choice&seed=3")
    assert "‹The right option›" in paper
    assert "‹Why it is right›" not in paper
    assert "‹Why it is right›" in key
    assert "Seed 3" in key


def test_a_seed_draws_another_variant():
    with served(Source(question_bank(), id="ch06-gen-walk-pse")) as server:
        _, page, _ = ask(server)
        assert "another variant" in page
        papers = {ask(server, f"paper?seed={seed}")[1] for seed in (1, 2, 1)}
        assert len(papers) == 2


def test_a_change_of_a_file_is_shown(server, bank):
    _, before, _ = ask(server, "version")
    assert before in ask(server)[1]
    edit(bank, "numeric", "‹A whole question, which can be answered without reading the options›", "How many walks")
    _, after, _ = ask(server, "version")
    assert before != after
    assert after in ask(server)[1]
    assert "How many walks?" in ask(server, "paper?id=ch06-new-numeric")[1]


def test_a_fault_is_shown_with_its_line_and_the_other_questions_stay(server, bank):
    edit(bank, "numeric", "difficulty: 3", "difficulty: seven")
    _, text, _ = ask(server)
    assert "06-memory/new-numeric.yaml:10: question 'ch06-new-numeric'" in text
    assert "<h1>ch06-new-single-choice</h1>" in text
    edit(bank, "numeric", "questions:", "questions: [")
    assert "06-memory/new-numeric.yaml:" in ask(server)[1]


def test_a_bank_of_which_nothing_can_be_read_says_so(server, bank):
    for kind in ("numeric", "single-choice"):
        edit(bank, kind, "kind: ", "kind: un")
    _, text, _ = ask(server)
    assert "There is no sound question to show." in text
    assert text.count("unknown kind") == 2
    assert ask(server, "paper")[0] == 404


def test_a_file_is_shown_without_the_rest_of_its_bank(bank):
    edit(bank, "numeric", "# enemies: [ids of questions that give this one away", "enemies: [ch06-new-single-choice] #")
    with served(Source(bank, bank / "06-memory" / "new-numeric.yaml")) as server:
        _, text, _ = ask(server)
        assert "ch06-new-numeric</h1>" in text
        assert "Cannot be read" not in text
        assert "ch06-new-single-choice" not in text.replace("ch06-new-numeric", "")
        edit(bank, "single-choice", "kind: ", "kind: un")
        assert "unknown kind" not in ask(server)[1]


def test_a_file_outside_the_bank_is_a_bank_by_itself(bank, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    path = new_question(other, AIM, "essay")
    (path.parent / "broken.yaml").write_text("[", encoding="utf-8")
    with served(Source(bank, path)) as server:
        _, text, _ = ask(server)
        assert "<h1>ch06-new-essay</h1>" in text
        assert "Cannot be read" not in text


def test_a_file_that_goes_away_is_a_fault_and_not_the_end(bank):
    path = bank / "06-memory" / "new-numeric.yaml"
    with served(Source(bank, path)) as server:
        path.unlink()
        status, text, _ = ask(server)
        assert (status, "There is no sound question to show." in text) == (200, True)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "", "127.0.0.1", "127.0.0.1:1"])
def test_a_request_under_another_name_is_refused(server, host):
    status, text, _ = ask(server, Host=host)
    assert (status, "new-numeric" in text) == (403, False)


def test_the_name_localhost_will_do(server):
    assert ask(server, Host=f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("token", ["", "x", "%C3%BCmlaut", ".."])
@pytest.mark.parametrize("path", ["", "version", "key", "preview.js"])
def test_a_request_without_the_token_is_refused(server, token, path):
    status, text, _ = ask(server, path, token=token)
    assert (status, "new-numeric" in text) == (403, False)
    assert server.token not in text


@pytest.mark.parametrize(
    "path", ["nothing", "../server.py", "%2e%2e/server.py", "server.py", "preview.css/", "key/key", "//"]
)
def test_there_is_nothing_else(server, path):
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_it_only_answers_questions(server, method):
    assert ask(server, method=method)[0] == 501


@pytest.mark.parametrize("query", ["seed=-1", "seed=x", f"seed={'9' * 5000}", "id=&seed=", "id=%00&seed=%ff", "seed=²"])
def test_an_odd_query_gets_the_first_question(server, query):
    status, text, _ = ask(server, "?" + quote(query, safe="=&%"))
    assert status == 200
    assert "<h1>ch06-new-numeric</h1>" in text


def test_browsers_are_told_to_keep_it_to_themselves(server):
    for path in ("", "paper", "key", "version", "preview.js", "nothing"):
        _, _, headers = ask(server, path)
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "localhost.example.org"])
def test_an_address_that_others_reach_is_refused(bank, host):
    with pytest.raises(ContentError, match="only this computer may see it"):
        PreviewServer(Source(bank), host)


def test_a_port_that_is_taken_is_told(server, bank):
    with pytest.raises(ContentError, match="name another --port"):
        PreviewServer(Source(bank), port=server.server_port)


def test_two_previews_have_different_tokens(server, bank):
    with PreviewServer(Source(bank)) as other:
        assert len(server.token) >= 32
        assert server.token != other.token


def test_what_is_not_there_is_refused_at_the_start(bank, tmp_path_factory):
    with pytest.raises(BankError, match="did you mean 'ch06-new-numeric'"):
        Source(bank, id="ch06-new-numerik").check()
    with pytest.raises(BankError, match="no question file"):
        Source(tmp_path_factory.mktemp("empty")).check()


def test_an_open_page_follows_the_file(server, bank, browser):
    shown = browser.new_page()
    errors = []
    shown.on("console", lambda message: message.type == "error" and errors.append(message.text))
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.goto(f"{server.url}?id=ch06-new-numeric")
    shown.frame_locator('iframe[title="Key"]').get_by_text("Seed 1").wait_for()
    edit(bank, "numeric", "‹A whole question, which can be answered without reading the options›", "How many walks")
    shown.frame_locator('iframe[title="Paper"]').get_by_text("How many walks?").wait_for()
    edit(bank, "numeric", "points: 2", "points: none")
    shown.get_by_text("new-numeric.yaml:8").wait_for()
    edit(bank, "numeric", "points: none", "points: 4")
    shown.frame_locator('iframe[title="Key"]').get_by_text("4 points").first.wait_for()
    high = shown.locator('iframe[title="Key"]').evaluate(
        "frame => [frame.clientHeight, frame.contentDocument.documentElement.scrollHeight]"
    )
    shown.close()
    assert high[0] >= high[1]
    assert errors == []
