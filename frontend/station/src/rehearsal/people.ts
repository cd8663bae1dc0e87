/** Names of people who do not exist, put together as Vietnamese names are; they live in no commune and have no phone. */

import type { Chance } from "./chance.js";

export interface Invented {
  readonly name: string;
  /** A year alone: enough for a list. */
  readonly born: string;
  readonly sex: "male" | "female";
  readonly idEnd: string;
}

const FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Tô Lâm Trịnh Mai Cao Tạ".split(" ");
const MIDDLE = { male: "Văn Đức Minh Quốc Hữu Thanh Gia Xuân Công Đình".split(" "), female: "Thị Ngọc Thu Thanh Bích Kim Mỹ Hồng Diệu Ánh".split(" ") } as const;
const GIVEN = {
  male: "An Bình Cường Dũng Đạt Hải Hiếu Hùng Khoa Khôi Lâm Long Nam Phong Phúc Quân Sơn Tài Thắng Thành Tín Trung Tuấn Việt Ẩn Ưng".split(" "),
  female: "An Anh Chi Dung Đào Giang Hà Hạnh Hằng Hiền Hoa Hương Lan Linh Loan Mai Nga Ngân Nhung Oanh Phượng Quyên Thảo Thúy Trang Yến Ý".split(" "),
} as const;
const FOUR_DIGITS = 10_000;

export function invent(draw: Chance, { youngest, oldest }: { youngest: number; oldest: number }): Invented {
  const sex = draw.pick(["male", "female"] as const);
  const name = [draw.pick(FAMILY), draw.pick(MIDDLE[sex]), draw.pick(GIVEN[sex])].join(" ");
  return { name, born: String(youngest + draw.below(oldest - youngest + 1)), sex, idEnd: fourDigits(draw) };
}

/** Somebody else of the same name and year: only the number tells them apart. */
export function namesake(draw: Chance, one: Invented): Invented {
  let idEnd = fourDigits(draw);
  while (idEnd === one.idEnd) idEnd = fourDigits(draw);
  return { ...one, idEnd };
}

function fourDigits(draw: Chance): string {
  return String(draw.below(FOUR_DIGITS)).padStart(4, "0");
}
