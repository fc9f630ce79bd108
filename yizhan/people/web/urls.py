"""The pages of people."""

from django.urls import path

from yizhan.people.web import administering, connecting, granting, leaving, protecting, registering, signing_in, views

app_name = "people"
urlpatterns = [
    path("welcome/", views.after_sign_in, name="after_sign_in"),
    path("me/", views.me, name="me"),
    path("me/name/", views.name, name="name"),
    path("me/number/", views.number, name="number"),
    path("me/reads/", views.reads, name="reads"),
    path("me/reads/<uuid:resident_id>/", views.reads_of_principal, name="reads_of_principal"),
    path("me/relations/<uuid:relation_id>/", views.narrow, name="narrow_relation"),
    path("me/relations/<uuid:relation_id>/end/", views.end, name="end_relation"),
    path("sign-in/password/", signing_in.with_password, name="password_sign_in"),
    path("me/protection/", protecting.protection, name="protection"),
    path("me/protection/password/", protecting.choose_password, name="choose_password"),
    path("me/protection/app/", protecting.switch_on, name="switch_on"),
    path("me/protection/app/off/", protecting.switch_off, name="switch_off"),
    path("residents/new/", registering.register, name="register"),
    path("me/workplace/", views.choose_workplace, name="workplace"),
    path("me/workplace/leave/", leaving.hand_over, name="hand_over"),
    path("me/workplace/leave/<uuid:delegation_id>/end/", leaving.take_back, name="take_back"),
    path("me/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("admin/organisations/", administering.organisations, name="organisations"),
    path("admin/organisations/new/", administering.add_organisation, name="add_organisation"),
    path("admin/organisations/<uuid:organisation_id>/stop/", administering.stop_organisation, name="stop_organisation"),
    path("admin/staff/", administering.staff, name="staff"),
    path("admin/staff/new/", administering.add_staff, name="add_staff"),
    path("admin/staff/<uuid:staff_id>/", administering.person, name="person"),
    path("admin/staff/<uuid:staff_id>/phone/", administering.change_phone, name="change_phone"),
    path("admin/staff/<uuid:staff_id>/leave/", administering.leave, name="leave"),
    path("admin/staff/<uuid:staff_id>/app/clear/", administering.clear_app, name="clear_app"),
    path("admin/roles/", granting.roles, name="roles"),
    path("admin/roles/<uuid:staff_id>/", granting.choose_organisation, name="grant_where"),
    path("admin/roles/<uuid:staff_id>/<uuid:organisation_id>/", granting.grant, name="grant"),
    path("admin/roles/<uuid:assignment_id>/end/", granting.end, name="end_role"),
    path("admin/clients/", connecting.systems, name="systems"),
    path("admin/clients/new/", connecting.choose_organisation, name="system_where"),
    path("admin/clients/new/<uuid:organisation_id>/", connecting.register, name="system_new"),
    path("admin/clients/<uuid:client_id>/revoke/", connecting.revoke, name="system_revoke"),
    path("admin/delegations/<uuid:delegation_id>/end/", granting.end_delegation, name="end_delegation"),
]
