"""Options of the whole suite."""


def pytest_addoption(parser):
    parser.addoption(
        "--cases", metavar="DIR", default=None, help="conformance: run every case file below DIR (default: our own)"
    )
