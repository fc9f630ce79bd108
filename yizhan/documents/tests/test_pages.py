from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yizhan.documents import api as documents
from yizhan.documents.testing import PDF
from yizhan.people.testing import make_account


def page(response) -> str:
    return unescape(response.content.decode())


@pytest.mark.django_db
class TestVerifyPages:
    def test_a_genuine_document_shows_its_public_facts(self, client, print_letter):
        view = print_letter(is_sample=True)
        response = client.get(view.verify_url)
        text = page(response)
        assert response.status_code == 200
        for shown in (
            "这份文书是真的",
            "南宁市青秀区民政局",
            "2026年10月9日",
            "高龄津贴",
            view.code,
            "样例",
            view.sha256,
        ):
            assert shown in text
        assert "韦桂英" not in text

    def test_it_is_never_cached_and_sets_no_session(self, client, print_letter):
        response = client.get(print_letter().verify_url)
        assert "no-store" in response["Cache-Control"]
        assert "yz_session" not in response.cookies

    @pytest.mark.parametrize(
        ("code", "said"),
        [("00000-00000-00000-00000", "查不到"), ("x", "没抄对"), ("<script>alert(1)", "没抄对"), ("%00", "没抄对")],
    )
    def test_what_is_not_genuine_says_so(self, client, code, said):
        response = client.get(f"/verify/{code}/")
        assert response.status_code == 404
        assert said in page(response)
        assert "<script>alert" not in response.content.decode()

    def test_names_that_look_like_markup_are_shown_as_text(self, client, print_letter):
        response = client.get(print_letter(holder="<b>韦**", public_fields=[("<i>", "<u>")]).verify_url)
        assert "<b>韦" not in response.content.decode()
        assert "<u>" not in response.content.decode()

    def test_without_a_signature_says_so(self, client, print_letter):
        assert "没有签名" in page(client.get(print_letter(signed=False).verify_url))

    def test_a_typed_code_leads_to_its_page(self, client, print_letter):
        view = print_letter()
        response = client.get("/verify/", {"code": view.code.lower().replace("-", " ")})
        assert response.url == view.verify_url

    @pytest.mark.parametrize("typed", ["", "7K4M2", "/../admin", "\x00", " ", "x" * 500])
    def test_a_slip_is_said_at_the_field(self, client, typed):
        response = client.get("/verify/", {"code": typed})
        assert response.status_code == 200
        assert "有 1 处要改" in page(response)

    def test_compares_a_pdf_and_keeps_nothing(self, client, print_letter, owner):
        view = print_letter()
        pdf = documents.document_pdf(actor=owner, document_id=view.id).content
        same = client.post(view.verify_url, {"pdf": SimpleUploadedFile("a.pdf", pdf)})
        other = client.post(view.verify_url, {"pdf": SimpleUploadedFile("b.pdf", pdf.replace(b"1", b"2", 1))})
        none = client.post(view.verify_url, {})
        assert "和原件一模一样" in page(same)
        assert "和原件不一样" in page(other)
        assert "请选一个 PDF 文件" in page(none)

    def test_refuses_a_file_over_the_limit(self, client, print_letter, settings):
        settings.MAX_UPLOAD_BYTES = 10
        response = client.post(print_letter().verify_url, {"pdf": SimpleUploadedFile("a.pdf", PDF)})
        assert response.status_code in (400, 413)

    def test_publishes_the_keys_and_nothing_secret(self, client, print_letter):
        kid = documents.verify(print_letter().code).kid
        (key,) = client.get("/verify/keys.json").json()["keys"]
        assert key["kid"] == kid
        assert set(key) == {"kid", "alg", "issuer", "organisation", "serial", "x", "since", "until", "lost_from"}


@pytest.mark.django_db
class TestDownloads:
    def test_a_stranger_learns_nothing(self, client, print_letter, subject, owner):
        view = print_letter()
        stored = documents.store(content=PDF, media_type="", name="a", subject=subject, actor=owner)
        assert client.get(view.url).status_code == 302
        client.force_login(make_account(phone="13900019999"))
        assert client.get(view.url).status_code == client.get(stored.url).status_code == 404

    def test_whoever_sees_the_subject_gets_it_safely(self, client, monkeypatch, print_letter, subject, owner):
        stored = documents.store(content=PDF, media_type="", name="户口簿", subject=subject, actor=owner)
        monkeypatch.setattr("yizhan.documents.tests.conftest.Things.visible", lambda self, actor, ids: set(ids))
        client.force_login(make_account(phone="13900019999"))
        response = client.get(stored.url)
        assert response.content == PDF
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert "sandbox" in response["Content-Security-Policy"]
        assert client.get(print_letter().url)["Content-Type"] == "application/pdf"
