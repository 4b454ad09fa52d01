from django.urls import reverse

from apps.accounts.tests.factories import UserFactory


def test_whoever_opens_the_site_finds_the_docs(client, store):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/api/docs/")


def test_staff_who_log_in_find_the_staff_site(client, store):
    person = UserFactory(store=store, is_staff=True)
    login = {"username": person.email, "password": "correct horse battery"}
    answer = client.post(reverse("admin:login"), login)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
