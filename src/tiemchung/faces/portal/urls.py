"""Addresses of the open pages. Units are named by the codes of 2021, below 2025/ by those since 2025.

The first page shows the country in the division in force; of either it has an address that stays.

A filter is a query of codes, never of persons.
"""

from __future__ import annotations

from django.urls import path

from tiemchung.domain.places.values import Era
from tiemchung.faces.portal import complaints, files, sites, views

app_name = "portal"
OLD, NEW = {"era": Era.Y2021}, {"era": Era.Y2025}
urlpatterns = [
    path("", views.home, name="home"),
    path("diem-tiem/", sites.finder, name="sites"),
    path("diem-tiem/<str:code>/", sites.site, name="site"),
    path("phan-anh/", complaints.complain, name="complain"),
    path("phan-anh/toc-do/", complaints.speed, name="speed"),
    path("phan-anh/so/", complaints.standing, name="complaint"),
    path("so-lieu/tinh.csv", files.table_csv, name="home_table"),
    path("so-lieu/ngay.csv", files.days_csv, name="home_days"),
    path("so-lieu/2021/", views.home, OLD, name="old_home"),
    path("so-lieu/2025/", views.home, NEW, name="new_home"),
    path("so-lieu/2025/tinh.csv", files.table_csv, NEW, name="new_home_table"),
    path("so-lieu/2025/ngay.csv", files.days_csv, NEW, name="new_home_days"),
    path("so-lieu/2025/<str:province>/", views.unit, NEW, name="new_province"),
    path("so-lieu/2025/<str:province>/xa.csv", files.table_csv, NEW, name="new_province_table"),
    path("so-lieu/2025/<str:province>/ngay.csv", files.days_csv, NEW, name="new_province_days"),
    path("so-lieu/2025/<str:province>/<str:commune>/", views.unit, NEW, name="new_commune"),
    path("so-lieu/2025/<str:province>/<str:commune>/diem.csv", files.table_csv, NEW, name="new_commune_table"),
    path("so-lieu/2025/<str:province>/<str:commune>/ngay.csv", files.days_csv, NEW, name="new_commune_days"),
    path("so-lieu/<str:province>/", views.unit, name="province"),
    path("so-lieu/<str:province>/huyen.csv", files.table_csv, name="province_table"),
    path("so-lieu/<str:province>/ngay.csv", files.days_csv, name="province_days"),
    path("so-lieu/<str:province>/<str:district>/", views.unit, name="district"),
    path("so-lieu/<str:province>/<str:district>/xa.csv", files.table_csv, name="district_table"),
    path("so-lieu/<str:province>/<str:district>/ngay.csv", files.days_csv, name="district_days"),
    path("so-lieu/<str:province>/<str:district>/<str:commune>/", views.unit, name="commune"),
    path("so-lieu/<str:province>/<str:district>/<str:commune>/diem.csv", files.table_csv, name="commune_table"),
    path("so-lieu/<str:province>/<str:district>/<str:commune>/ngay.csv", files.days_csv, name="commune_days"),
]
