"""The whole course: offices in turn, special procedures, notices, lapses, and decisions by rule."""

import django.db.models.deletion
from django.db import migrations, models

import yizhan.kernel.crypto
import yizhan.kernel.ids
import yizhan.matters.rules.states


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0003_drafts"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseExtension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("reason", yizhan.kernel.crypto.EncryptedField(editable=True)),
                ("approved_by_words", models.CharField(max_length=120)),
                ("granted_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Lapse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("notice", "notice"), ("step", "step"), ("instant", "instant")], max_length=12
                    ),
                ),
                ("due_on", models.DateField()),
                ("found_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NoticePeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(max_length=200)),
                ("shows", models.CharField(max_length=300)),
                ("begun_at", models.DateTimeField()),
                ("last_day", models.DateField()),
                ("is_counted", models.BooleanField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeTurn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("limit_days", models.PositiveSmallIntegerField(null=True)),
                ("decides", models.BooleanField()),
                ("begun_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("is_in_favour", models.BooleanField()),
                ("text", yizhan.kernel.crypto.EncryptedField(editable=True)),
                ("given_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("drawn_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SampleReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_right", models.BooleanField()),
                ("note", yizhan.kernel.crypto.EncryptedField(editable=True)),
                ("reviewed_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=yizhan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("procedure", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=120)),
                ("basis", models.CharField(max_length=300)),
                ("reason", yizhan.kernel.crypto.EncryptedField(editable=True)),
                ("planned_end", models.DateField()),
                ("begun_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_one_open_per_item",
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_decided_is_signed",
        ),
        migrations.RemoveConstraint(
            model_name="case",
            name="case_accepted_is_routed",
        ),
        migrations.AddField(
            model_name="case",
            name="decided_automatically",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="deemed_accepted",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="instant_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="is_instant",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="notice_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="office_number",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="step_due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="is_automatic",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="supplement",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="supplement",
            name="stops_clock",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="case",
            name="state",
            field=models.CharField(
                choices=[
                    (yizhan.matters.rules.states.State["DRAFT"], yizhan.matters.rules.states.State["DRAFT"]),
                    (yizhan.matters.rules.states.State["SUBMITTED"], yizhan.matters.rules.states.State["SUBMITTED"]),
                    (yizhan.matters.rules.states.State["RECEIVED"], yizhan.matters.rules.states.State["RECEIVED"]),
                    (
                        yizhan.matters.rules.states.State["AWAITING_PAPERS"],
                        yizhan.matters.rules.states.State["AWAITING_PAPERS"],
                    ),
                    (
                        yizhan.matters.rules.states.State["NOT_ACCEPTED"],
                        yizhan.matters.rules.states.State["NOT_ACCEPTED"],
                    ),
                    (yizhan.matters.rules.states.State["ACCEPTED"], yizhan.matters.rules.states.State["ACCEPTED"]),
                    (yizhan.matters.rules.states.State["EXAMINING"], yizhan.matters.rules.states.State["EXAMINING"]),
                    (
                        yizhan.matters.rules.states.State["AWAITING_SUPPLEMENT"],
                        yizhan.matters.rules.states.State["AWAITING_SUPPLEMENT"],
                    ),
                    (yizhan.matters.rules.states.State["SUSPENDED"], yizhan.matters.rules.states.State["SUSPENDED"]),
                    (yizhan.matters.rules.states.State["PUBLISHING"], yizhan.matters.rules.states.State["PUBLISHING"]),
                    (yizhan.matters.rules.states.State["PROPOSED"], yizhan.matters.rules.states.State["PROPOSED"]),
                    (yizhan.matters.rules.states.State["GRANTED"], yizhan.matters.rules.states.State["GRANTED"]),
                    (yizhan.matters.rules.states.State["REFUSED"], yizhan.matters.rules.states.State["REFUSED"]),
                    (yizhan.matters.rules.states.State["DELIVERED"], yizhan.matters.rules.states.State["DELIVERED"]),
                    (yizhan.matters.rules.states.State["ARCHIVED"], yizhan.matters.rules.states.State["ARCHIVED"]),
                    (yizhan.matters.rules.states.State["TERMINATED"], yizhan.matters.rules.states.State["TERMINATED"]),
                    (
                        yizhan.matters.rules.states.State["DEEMED_WITHDRAWN"],
                        yizhan.matters.rules.states.State["DEEMED_WITHDRAWN"],
                    ),
                    (yizhan.matters.rules.states.State["WITHDRAWN"], yizhan.matters.rules.states.State["WITHDRAWN"]),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("notice_due_on__isnull", False)),
                fields=["intake_organisation", "notice_due_on"],
                name="case_notice_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            yizhan.matters.rules.states.State["ACCEPTED"],
                            yizhan.matters.rules.states.State["ARCHIVED"],
                            yizhan.matters.rules.states.State["AWAITING_PAPERS"],
                            yizhan.matters.rules.states.State["AWAITING_SUPPLEMENT"],
                            yizhan.matters.rules.states.State["DEEMED_WITHDRAWN"],
                            yizhan.matters.rules.states.State["DELIVERED"],
                            yizhan.matters.rules.states.State["DRAFT"],
                            yizhan.matters.rules.states.State["EXAMINING"],
                            yizhan.matters.rules.states.State["GRANTED"],
                            yizhan.matters.rules.states.State["NOT_ACCEPTED"],
                            yizhan.matters.rules.states.State["PROPOSED"],
                            yizhan.matters.rules.states.State["PUBLISHING"],
                            yizhan.matters.rules.states.State["RECEIVED"],
                            yizhan.matters.rules.states.State["REFUSED"],
                            yizhan.matters.rules.states.State["SUBMITTED"],
                            yizhan.matters.rules.states.State["SUSPENDED"],
                            yizhan.matters.rules.states.State["TERMINATED"],
                            yizhan.matters.rules.states.State["WITHDRAWN"],
                        ],
                    )
                ),
                name="case_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            yizhan.matters.rules.states.State["ACCEPTED"],
                            yizhan.matters.rules.states.State["AWAITING_PAPERS"],
                            yizhan.matters.rules.states.State["AWAITING_SUPPLEMENT"],
                            yizhan.matters.rules.states.State["EXAMINING"],
                            yizhan.matters.rules.states.State["GRANTED"],
                            yizhan.matters.rules.states.State["PROPOSED"],
                            yizhan.matters.rules.states.State["PUBLISHING"],
                            yizhan.matters.rules.states.State["RECEIVED"],
                            yizhan.matters.rules.states.State["SUBMITTED"],
                            yizhan.matters.rules.states.State["SUSPENDED"],
                        ],
                    )
                ),
                fields=("applicant", "item_code"),
                name="case_one_open_per_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["archived", "delivered", "granted", "refused"]), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(("signed_by__isnull", False), ("decided_automatically", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="case_decided_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_automatically", False),
                    models.Q(
                        ("decided_by", None),
                        ("examiner", None),
                        ("is_instant", True),
                        ("signed_by", None),
                        ("state__in", ["archived", "delivered", "granted"]),
                    ),
                    _connector="OR",
                ),
                name="case_rules_only_grant",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("deemed_accepted", False), ("accepted_by", None), _connector="OR"),
                name="case_deemed_by_nobody",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            [
                                yizhan.matters.rules.states.State["ACCEPTED"],
                                yizhan.matters.rules.states.State["ARCHIVED"],
                                yizhan.matters.rules.states.State["AWAITING_SUPPLEMENT"],
                                yizhan.matters.rules.states.State["DELIVERED"],
                                yizhan.matters.rules.states.State["EXAMINING"],
                                yizhan.matters.rules.states.State["GRANTED"],
                                yizhan.matters.rules.states.State["PROPOSED"],
                                yizhan.matters.rules.states.State["PUBLISHING"],
                                yizhan.matters.rules.states.State["REFUSED"],
                                yizhan.matters.rules.states.State["SUSPENDED"],
                                yizhan.matters.rules.states.State["TERMINATED"],
                            ],
                        ),
                        _negated=True,
                    ),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("responsible_organisation__isnull", False),
                        models.Q(("accepted_by__isnull", False), ("deemed_accepted", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="case_accepted_is_routed",
            ),
        ),
        migrations.AddField(
            model_name="caseextension",
            name="case",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="extension", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="caseextension",
            name="granted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="lapse",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lapses", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="lapse",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="lapse",
            name="staff",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="noticeperiod",
            name="begun_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="noticeperiod",
            name="case",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="notice_period", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="officeturn",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="turns", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="officeturn",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="opinion",
            name="given_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="case",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="sample", to="matters.case"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="samplereview",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="samplereview",
            name="sample",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="review", to="matters.sample"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="begun_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.staff"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="matters.case"
            ),
        ),
        migrations.AddIndex(
            model_name="lapse",
            index=models.Index(fields=["organisation", "-found_at"], name="lapse_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="lapse",
            constraint=models.UniqueConstraint(
                fields=("case", "kind", "organisation", "due_on"), name="lapse_found_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="officeturn",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="officeturn_once"),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="opinion_once"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(fields=("case", "procedure"), name="suspension_once_each"),
        ),
    ]
