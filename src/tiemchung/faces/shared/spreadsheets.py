"""Files that spreadsheets open, given and taken: how one is answered, and why one that was brought cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse

from tiemchung.faces.shared.words import Words, said
from tiemchung.plumbing.spreadsheets import Minded, csv_file, xlsx_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNREADABLE = {
    "empty": Words("Tệp trống. Chưa có gì được lưu.", "The file is empty. Nothing was stored."),
    "too-large": Words(
        "Tệp lớn quá 128 MB. Chia nhỏ rồi nhập từng phần.", "The file is over 128 MB. Split it and bring the parts."
    ),
    "too-long": Words(
        "Danh sách dài quá 1.048.576 dòng. Chia nhỏ rồi nhập từng phần.",
        "The list has over 1,048,576 rows. Split it and bring the parts.",
    ),
    "too-wide": Words(
        "Tệp có quá nhiều cột. Giữ lại các cột như tệp mẫu rồi nhập lại.",
        "The file has too many columns. Keep those of the template and bring it again.",
    ),
    "old-excel": Words(
        "Đây là Excel bản cũ (.xls). Mở ra, chọn Lưu thành .xlsx rồi nhập lại.",
        "This is an old Excel file (.xls). Save it as .xlsx and bring it again.",
    ),
    "picture": Words(
        "Đây là ảnh hoặc PDF, không phải danh sách. Nhập tệp Excel hoặc CSV.",
        "This is a picture or a PDF, no list. Bring an Excel or CSV file.",
    ),
    "broken": Words(
        "Tệp Excel bị hỏng. Mở ra, lưu lại rồi nhập.", "The Excel file is broken. Open it, save it again, and bring it."
    ),
    "bomb": Words(
        "Tệp này giải nén ra quá lớn nên không mở. Chép danh sách sang tệp mẫu.",
        "This file unpacks to too much and is not opened. Copy the list into the template.",
    ),
    "encoding": Words(
        "Bảng mã của tệp không đọc được. Lưu lại dạng CSV UTF-8 hoặc .xlsx.",
        "The file's encoding cannot be read. Save it as CSV UTF-8 or .xlsx.",
    ),
    "mixed": Words(
        "Tệp này ghép từ nhiều tệp lưu bằng bảng mã khác nhau nên tên sẽ mất dấu. Lưu lại từng tệp gốc dạng CSV UTF-8 hoặc "
        ".xlsx rồi nhập.",
        "This file was put together of files in different encodings, and names would lose their marks. Save each of them as CSV "
        "UTF-8 or .xlsx and bring them.",
    ),
    "no-list": Words(
        "Tệp này không phải bảng. Nhập tệp Excel hoặc CSV.", "This file is no table. Bring an Excel or CSV file."
    ),
    "no-header": Words(
        "Không tìm thấy dòng tiêu đề có cột Họ tên và Ngày sinh. Xem tệp mẫu.",
        "No header row with a name and a birth date was found. See the template.",
    ),
    "no-rows": Words("Dưới dòng tiêu đề không có ai.", "There is nobody below the header."),
}


def file_answer(rows: Sequence[Sequence[str]], *, name: str, kind: str, minded: Sequence[Minded] = ()) -> HttpResponse:
    """Return the rows as a file to be kept. What a sheet minds is told to XLSX; CSV cannot carry it."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    content = xlsx_file(rows, minded=minded) if kind == "xlsx" else csv_file(rows)
    answer = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def why_unreadable(reason: str) -> str | None:
    """Return why a file is no list, in a sentence, by its reason."""
    return said(UNREADABLE[reason]) if reason in UNREADABLE else None
