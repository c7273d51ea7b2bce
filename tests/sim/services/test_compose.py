"""A Compose file as an application: calls by address, replicas as servers, and what the file does not say."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.services.application import Call
from vlearn.sim.services.compose import from_compose
from vlearn.sim.services.load import Load, above_capacity
from vlearn.sim.services.simulate import simulate

SHOP = """
services:
  orders:
    image: shop/orders
    ports: ["8080:80"]
    environment:
      DATABASE_URL: postgres://shop:secret@orders-db/shop
      PAYMENT: http://payment:8080/pay
      KITCHEN_HOST: kitchen
      POSTGRES_DB: delivery
    depends_on: [orders-db, mailer]
  payment:
    image: shop/payment
    deploy: {replicas: 3}
    environment: ["CACHE=cache:6379"]
  kitchen: {image: shop/kitchen}
  delivery: {image: shop/delivery}
  mailer: {image: shop/mailer}
  cache: {image: redis}
  orders-db: {image: postgres}
"""
WORK = {"orders": 0.02, "payment": 0.1, "kitchen": 0.05, "delivery": 0.03, "mailer": 0.01, "cache": 0.001,
        "orders-db": 0.005}  # fmt: skip


def test_calls_are_the_addresses_in_the_environment_and_nothing_else():
    shop = from_compose(SHOP, WORK, messages=[("orders", "kitchen")])
    calls = {one.name: [(call.to, call.waits) for call in one.calls] for one in shop.application.services if one.calls}
    assert calls == {
        "orders": [("orders-db", True), ("payment", True), ("kitchen", False)],
        "payment": [("cache", True)],
    }
    assert [one.name for one in shop.application.services if one.database] == ["orders-db"]
    assert shop.entries == ("orders",)
    assert shop.remarks == ("orders depends_on mailer: an order of starting; no address says that it calls it",)


def test_replicas_times_workers_are_servers():
    shop = from_compose(SHOP, WORK, {"payment": 4}).application
    assert {one.name: one.servers for one in shop.services if one.servers > 1} == {"payment": 12}


def test_it_runs_and_says_what_is_above_capacity():
    report = simulate(from_compose(SHOP, WORK).application, _orders(20), seed=1)
    assert (report["cache"].arrived, report["mailer"].arrived) == (100, 0)
    (words,) = above_capacity(from_compose(SHOP.replace("3", "1"), WORK).application, [_orders(20)])
    assert words.startswith("payment gets 20 visits a second and can work on 10")


def _orders(rate):
    return Load((Call("orders"),), rate, 100)


def test_who_shares_no_network_is_not_called():
    text = SHOP + "networks: {inner: {}}\n"
    apart = text.replace("cache: {image: redis}", "cache: {image: redis, networks: [inner]}")
    shop = from_compose(apart, WORK)
    assert shop.application.service("payment").calls == ()
    assert shop.remarks[-1].startswith("payment: CACHE names cache, but they share no network")


BAD = [
    ({"work": {**WORK, "oders": 1}}, ModelError, "work names 'oders', which is no service of the Compose file.*orders"),
    ({"work": {}}, ModelError, r"no work is given for orders, .*work=\{'orders': 0.02\}"),
    ({"messages": [("orders", "mailer")]}, ModelError, "orders is to send messages to mailer, which no address"),
    ({"text": SHOP.replace("redis}", "redis, environment: [A=http://orders:1]}")}, ModelError, "calls in a cycle"),
    ({"text": SHOP.replace("cache: {image", "cache: {imag")}, ComposeError, "imag"),
]


@pytest.mark.parametrize(("change", "error", "words"), BAD)
def test_what_cannot_be_an_application_is_refused_with_the_reason(change, error, words):
    with pytest.raises(error, match=words):
        from_compose(**{"text": SHOP, "work": WORK} | change)
