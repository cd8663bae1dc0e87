"""What `mending` refuses: complaints, cases, doubts."""

from __future__ import annotations

from tiemchung.faces.shared.words import Words

REFUSALS: dict[str, Words] = {
    "case-closed": Words(
        "Việc này đã có kết luận, không ghi thêm được. Có chuyện mới thì mở phản ánh mới.",
        "It is decided and takes nothing more. For something new, open a new report.",
    ),
    "case-taken-already": Words(
        "{owner} vừa nhận việc này. Trao đổi với người ấy nếu bạn biết thêm.",
        "{owner} took it a moment ago. Speak with them if you know more.",
    ),
    "case-unknown": Words(
        "Không có việc này trong phạm vi của bạn. Xem lại danh sách.",
        "There is no such case within your reach. Look at the list again.",
    ),
    "case-words-missing": Words(
        "Viết vài chữ: đã xem gì, vì sao quyết định như vậy.",
        "Write a few words: what you looked at, and why it ends so.",
    ),
    "correction-empty": Words(
        "Chưa ghi kết luận. Đúng như phản ánh thì ghi thông tin đúng, khác với điều đang ghi.",
        "Not decided yet. To uphold it, write what is right, and other than what stands.",
    ),
    "correction-unreadable": Words(
        "Chưa ghi kết luận. Kiểm tra họ tên (tối đa 80 chữ), ngày sinh (1952-07-14 hoặc 1952, không ở tương lai), giới tính, "
        "số giấy tờ và ngày của nó, điện thoại; nơi ở ghi tên xã kèm huyện, tỉnh.",
        "Not decided yet. Check the name (80 letters at most), birth date (1952-07-14 or 1952, not in the future), sex, number "
        "and its day, phone; a commune needs its district and province beside it.",
    ),
    "evidence-missing": Words(
        "Chưa ghi kết luận. Chọn điều đã kiểm: số giấy tờ cần thẻ hay giấy tờ; điện thoại cần gọi số mới hoặc người ấy tự nói; "
        "nơi ở cần giấy tờ hoặc cán bộ biết rõ.",
        "Not decided yet. Say what it was checked by: a number by a card or document; a phone by calling it or by the person "
        "here; a residence by a document or by the officer who knows it.",
    ),
    "person-out-of-reach": Words(
        "Hồ sơ của người này ở ngoài phạm vi của bạn, nên chưa sửa được. Chuyển việc cho trạm y tế nơi họ ở.",
        "This person's record is outside your reach, so nothing was changed. Hand the case to the station where they live.",
    ),
    "complaint-empty": Words(
        "Viết vài dòng cho biết điều gì chưa đúng.",
        "Write a few lines about what is wrong.",
    ),
    "complaint-kind-unknown": Words(
        "Chọn một trong các việc cần sửa ở danh sách.",
        "Choose one of the things on the list.",
    ),
    "complaint-sent-before": Words(
        "Phản ánh này đã gửi rồi. Mở trang mới nếu muốn gửi thêm.",
        "This has been sent already. Open a new page to send another.",
    ),
    "complaint-too-long": Words(
        "Phần kể dài {letters} chữ cái, nhận được {most}. Bớt đi rồi gửi lại.",
        "Your words have {letters} [letter|letters]; {most} can be taken. Shorten them and send again.",
    ),
    "desk-unknown": Words(
        "Không chuyển được tới đó. Kiểm tra mã điểm tiêm; việc về một mũi tiêm ở lại nơi đã tiêm.",
        "It cannot go there. Check the site's code; a case about a dose stays where the dose was given.",
    ),
    "not-the-cases-owner": Words(
        "Chỉ người đang lo việc này kết luận. Nhận việc trước, nếu chưa ai nhận.",
        "Only its owner says how it ends. Take it first, if nobody has.",
    ),
    "dose-not-kept": Words(
        "Mũi này chưa vào sổ, nằm ở mục chờ của trưởng điểm cùng lý do. Báo trưởng điểm xem.",
        "The dose is not on record; it lies aside for the site's lead, with the reason. Ask the lead to look.",
    ),
    "mend-waits": Words(
        "Mũi này còn chờ người thứ hai xác nhận, nên chưa trả lời là đã sửa được. Nhờ người phụ trách khác xem, rồi ghi kết luận.",
        "A second person has not stood for this dose yet, so it cannot be answered as mended. Have another lead look, then decide.",
    ),
    "no-dose-tied": Words(
        "Chưa gắn mũi nào vào việc này, nên chưa kết luận được là đã sửa. Tìm mũi đã có, hoặc nhập mũi còn thiếu, rồi kết luận.",
        "No dose is tied to this case, so it cannot be answered as mended. Find the dose, or enter the missing one, then decide.",
    ),
    "nothing-proposed": Words(
        "Đề nghị đã đổi hoặc đã rút. Xem lại rồi quyết định.",
        "What was proposed has changed or was taken back. Look again, then decide.",
    ),
    "outcome-unknown": Words("Chọn việc này kết thúc thế nào.", "Choose how it ends."),
    "own-work": Words(
        "Bạn đã tiêm hoặc ghi mũi này, nên người khác phải xem.",
        "You gave or recorded this dose, so somebody else has to judge it.",
    ),
    "pair-asked-elsewhere": Words(
        "Hai hồ sơ này đang được nơi khác xem có phải một người không. Khi có kết luận, mũi tiêm tự về đúng người.",
        "Somebody elsewhere is looking whether these two records are one person. Once it is decided, the dose finds its place.",
    ),
    "phone-unreadable": Words(
        "Số điện thoại cần 10 chữ số, bắt đầu bằng 0. Không có thì để trống.",
        "The phone number needs 10 digits and begins with 0. Leave it empty if there is none.",
    ),
    "reject-reason-unknown": Words(
        "Chọn một lý do trong danh sách, và chỉ khi không sửa. Đúng như phản ánh thì bỏ trống lý do.",
        "Choose a reason of the list, and only if it is turned down. For what is upheld leave it empty.",
    ),
    "repair-empty": Words(
        "Không mũi nào được chọn, hoặc mũi nào cũng đã đúng như vậy. Chọn mũi ghi sai và điền số lô đúng.",
        "No dose was chosen, or each stands so already. Choose the doses that were told wrong, and fill in the right lot.",
    ),
    "repair-settled": Words(
        "Việc sửa này đã có người quyết định trước. Tải lại trang để xem.",
        "Somebody has decided this repair already. Load the page again to see how.",
    ),
    "repair-too-large": Words(
        "Mỗi lần sửa tối đa {most} mũi. Chọn bớt, phần còn lại sửa lần sau.",
        "One repair takes {most} [dose|doses] at most. Choose fewer, and the rest in another.",
    ),
    "repair-unknown": Words("Không có việc sửa này ở nơi bạn phụ trách.", "There is no such repair at your sites."),
    "second-decider-needed": Words(
        "Bạn đã đề nghị rồi. Loại việc này cần người thứ hai đồng ý.",
        "You have proposed already. A second person has to agree to this kind.",
    ),
    "scan-taken-already": Words(
        "Phiếu này người khác đang nhập, hoặc đã xong. Lấy phiếu kế tiếp.",
        "Somebody else is typing this slip, or it is done with. Take the next one.",
    ),
    "scan-unknown": Words(
        "Không có ảnh phiếu này ở điểm của bạn, hoặc ảnh đã xóa theo hạn. Xem lại phiếu giấy.",
        "There is no such scan at your site, or its picture was erased in time. Look at the paper.",
    ),
    "slip-too-large": Words(
        "Ảnh lớn quá {most} MB. Chụp lại ở cỡ nhỏ hơn rồi gửi; phần đã viết vẫn còn.",
        "The photo has more than {most} MB. Take it smaller and send again; your words are still here.",
    ),
    "slip-unreadable": Words(
        "Tệp này không mở được như một ảnh. Gửi ảnh chụp JPEG, PNG hoặc HEIC.",
        "This file does not open as a picture. Send a photo as JPEG, PNG or HEIC.",
    ),
    "slips-too-many": Words(
        "Mỗi phản ánh kèm tối đa {most} ảnh. Chọn lại {most} ảnh rõ nhất rồi gửi; phần đã viết vẫn còn.",
        "A report takes {most} [photo|photos] at most. Choose the clearest and send again; your words are still here.",
    ),
    "step-of-another-case": Words(
        "Biểu mẫu này đã gửi một lần, cho việc khác. Tải lại trang này rồi ghi lại.",
        "This form was sent before, about another case. Load this page again and write it once more.",
    ),
    "tied-dose-voided": Words(
        "Mũi gắn với việc này đã bị hủy, nên sổ vẫn thiếu mũi. Nhập lại hoặc tìm mũi khác rồi kết luận.",
        "The dose tied to this case was voided, so one is still missing. Enter it again or find another, then decide.",
    ),
}
