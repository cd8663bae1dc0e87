from __future__ import annotations

from django.utils import translation

from tiemchung.faces.shared.aftermath import action_told, signs_told


def test_codes_of_tablets_are_said_in_the_page_s_language_and_words_of_nurses_stay() -> None:
    with translation.override("vi"):
        assert signs_told(["dizziness", "nổi mề đay ở cổ"]) == "chóng mặt, nổi mề đay ở cổ"
        assert action_told("laid-down-and-watched") == "Cho nằm, theo dõi"
        assert signs_told([]) == "–"
    with translation.override("en"):
        assert signs_told(["injection-site-pain"]) == "pain where injected"
