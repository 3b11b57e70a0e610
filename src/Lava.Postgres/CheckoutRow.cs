using Lava.Billing.Checkout;
using Lava.Core;
using Npgsql;
using NpgsqlTypes;

namespace Lava.Postgres;

/// <summary>Rows of checkout sessions as their pages use them.</summary>
internal static class CheckoutRow
{
    /// <summary>Of rows named s, in the order in which <see cref="Read"/> takes them.</summary>
    public const string Columns =
        """
        s.checkout_session_id, s.merchant_id, s.mode, s.origin_url, s.customer_id, s.plan_id, s.credit_bundle_id, s.reference_id,
        s.created_at, s.expires_at, s.completed_at, s.amount, s.visit, s.phone, s.country, s.code_reference, s.code_sends, s.code_sent_at,
        s.code_checks, s.checks, s.verified_at, s.setups, s.setup_reference, s.buyer_id, s.payment_method_id, s.quote_kind, s.quote_fee,
        s.quote_credit, s.quoted_at, s.setup_at, s.wants_card
        """;

    /// <summary>How many those are.</summary>
    public const int Count = 31;

    private const string Update =
        """
        update checkout_sessions set amount = @amount, visit = @visit, phone = @phone, country = @country, code_reference = @reference,
          code_sends = @sends, code_sent_at = @sent, code_checks = @code_checks, checks = @checks, verified_at = @verified,
          setups = @setups, setup_at = @setup_at, setup_reference = @setup, wants_card = @wants_card, buyer_id = @buyer,
          payment_method_id = @card, quote_kind = @kind, quote_fee = @fee, quote_credit = @credit, quoted_at = @quoted
        where checkout_session_id = @id
        """;

    /// <summary>Reads the current row.</summary>
    public static CheckoutState Read(NpgsqlDataReader row) => new()
    {
        Session = new CheckoutSession
        {
            Id = row.GetGuid(0),
            MerchantId = row.GetGuid(1),
            Mode = (CheckoutMode)row.GetInt16(2),
            OriginUrl = row.GetString(3),
            CustomerId = row.Id(4),
            PlanId = row.Id(5),
            CreditBundleId = row.Id(6),
            ReferenceId = row.Text(7),
            CreatedAt = row.Time(8),
            ExpiresAt = row.Time(9),
            CompletedAt = TimeOrNull(row, 10),
        },
        Amount = row.Amount(11),
        Visit = row.IsDBNull(12) ? null : UInt256.FromBytes(row.GetFieldValue<byte[]>(12)),
        Phone = row.Text(13),
        Country = row.Text(14),
        CodeReference = row.Text(15),
        CodeSends = row.GetInt16(16),
        CodeSentAt = TimeOrNull(row, 17),
        CodeChecks = row.GetInt16(18),
        Checks = row.GetInt16(19),
        VerifiedAt = TimeOrNull(row, 20),
        Setups = row.GetInt16(21),
        SetupAt = TimeOrNull(row, 29),
        SetupReference = row.Text(22),
        BuyerId = row.Id(23),
        PaymentMethodId = row.Id(24),
        WantsCard = row.GetBoolean(30),
        Quote = row.IsDBNull(25)
            ? null
            : new StoredQuote(
                (CheckoutPurchase)row.GetInt16(25), new Money(row.GetInt64(26)), new Money(row.GetInt64(27)), row.Time(28)),
    };

    /// <summary>Writes what a page changes.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, CheckoutState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Update, connection)
            .Add("id", state.Session.Id).AddAmount("amount", state.Amount).AddText("phone", state.Phone).AddText("country", state.Country)
            .AddText("reference", state.CodeReference).Add("sends", state.CodeSends).AddTime("sent", state.CodeSentAt)
            .Add("code_checks", state.CodeChecks).Add("checks", state.Checks).AddTime("verified", state.VerifiedAt)
            .Add("setups", state.Setups).AddText("setup", state.SetupReference).AddId("buyer", state.BuyerId)
            .AddId("card", state.PaymentMethodId).AddAmount("fee", state.Quote?.Fee).AddAmount("credit", state.Quote?.Credit)
            .AddTime("quoted", state.Quote?.At).AddTime("setup_at", state.SetupAt).Add("wants_card", state.WantsCard);
        object visit = state.Visit is { } own ? own.ToArray() : DBNull.Value;
        command.Parameters.Add(new NpgsqlParameter("visit", NpgsqlDbType.Bytea) { Value = visit });
        command.Parameters.Add(new NpgsqlParameter<short?>("kind", (short?)state.Quote?.Kind));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DateTimeOffset? TimeOrNull(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.Time(ordinal);
}
