import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('asset', 'Asset'), ('expense', 'Expense'), ('liability', 'Liability'), ('income', 'Income'), ('equity', 'Equity')], max_length=10)),
                ('bound', models.CharField(blank=True, choices=[('', 'None'), ('debits_must_not_exceed_credits', 'Debits must not exceed credits'), ('credits_must_not_exceed_debits', 'Credits must not exceed debits')], max_length=40)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('area_id', models.CharField(blank=True, max_length=60)),
                ('holder_kind', models.CharField(blank=True, max_length=60)),
                ('holder_id', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['holder_kind', 'holder_id'], name='account_of_holder'), models.Index(fields=['area_id'], name='account_of_area')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['asset', 'expense', 'liability', 'income', 'equity'])), name='account_kind'), models.CheckConstraint(condition=models.Q(('bound__in', ['', 'debits_must_not_exceed_credits', 'credits_must_not_exceed_debits'])), name='account_bound'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='account_code'), models.CheckConstraint(condition=models.Q(models.Q(('holder_id__isnull', True), ('holder_kind', '')), models.Q(models.Q(('holder_kind', ''), _negated=True), ('holder_id__isnull', False)), _connector='OR'), name='account_holder_whole')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('deed', models.UUIDField()),
                ('phase', models.CharField(choices=[('posted', 'Posted'), ('pending', 'Pending'), ('posting', 'Posts a pending transfer'), ('voiding', 'Voids a pending transfer')], max_length=10)),
                ('amount_fen', models.BigIntegerField()),
                ('releases_fen', models.BigIntegerField(default=0)),
                ('entry', models.CharField(max_length=60)),
                ('memo', models.CharField(blank=True, max_length=120)),
                ('data', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='ledger.transfer')),
                ('credit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='ledger.account')),
                ('debit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='ledger.account')),
                ('pending', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_by', to='ledger.transfer')),
            ],
            options={
                'indexes': [models.Index(fields=['debit', 'phase', 'amount_fen', 'releases_fen'], name='transfer_debited'), models.Index(fields=['credit', 'phase', 'amount_fen', 'releases_fen'], name='transfer_credited'), models.Index(fields=['deed'], name='transfer_of_deed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_fen__gte', 1), ('amount_fen__lte', 1000000000000)), name='transfer_amount'), models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='transfer_two_accounts'), models.CheckConstraint(condition=models.Q(models.Q(('pending__isnull', True), ('phase__in', ['posted', 'pending']), ('releases_fen', 0)), models.Q(('pending__isnull', False), ('phase', 'posting'), ('releases_fen__gte', models.F('amount_fen')), ('releases_fen__lte', 1000000000000)), models.Q(('pending__isnull', False), ('phase', 'voiding'), ('releases_fen', models.F('amount_fen'))), _connector='OR'), name='transfer_phase'), models.CheckConstraint(condition=models.Q(('corrects__isnull', True), ('phase', 'posted'), _connector='OR'), name='transfer_corrects')],
            },
        ),
    ]
