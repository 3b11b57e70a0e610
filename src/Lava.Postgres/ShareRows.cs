using System.Globalization;
using System.Text.Json;
using Lava.Billing.Payments;
using Lava.Core;
using Npgsql;

namespace Lava.Postgres;

/// <summary>What refunds and disputes take of a payment's grants, as it is stored: <c>[[grant, units], …]</c>.</summary>
internal static class ShareRows
{
    // A failed refund took nothing, and neither did a dispute that was won; late captures gave nothing.
    private static readonly string Taking =
        $"""
        select amount, shares from refunds
        where payment_id = @id and takes_credit and status <> {(short)RefundStatus.Failed}
        union all select amount, shares from disputes
        where payment_id = @id and status in ({(short)DisputeStatus.Open}, {(short)DisputeStatus.Lost})
        """;

    /// <summary>The shares of an amount that goes back, of a payment that is locked; newest grants first.</summary>
    public static async Task<List<CreditShare>> PlanAsync(
        NpgsqlConnection connection, Payment payment, Money amount, CancellationToken cancellationToken)
    {
        var before = await SumAsync(connection, payment, cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            select grant_id, amount, coalesce((
              select sum((s->>1)::bigint) from ({Taking}) t cross join jsonb_array_elements(t.shares) s
              where (s->>0)::uuid = g.grant_id), 0)::bigint
            from grants g where merchant_id = @merchant and customer_id = @customer and external_reference = any (
              case when (select is_test from merchants where merchant_id = @merchant) then @test else @live end)
            order by grant_id desc
            """,
            connection)
            .Add("id", payment.Id).Add("merchant", payment.Terms.MerchantId).Add("customer", payment.Terms.CustomerId)
            .Add("test", PaymentBooking.References(payment.Id, isTest: true))
            .Add("live", PaymentBooking.References(payment.Id, isTest: false));
        var grants = await command.ReadAllAsync(
            row => new GivenGrant(row.GetGuid(0), new Money(row.GetInt64(1)), new Money(row.GetInt64(2))), cancellationToken);

        // Refunds and disputes of the same money may come together: more than all is not taken.
        return CreditShares.Of(payment.Amount, Money.Min(before, payment.Amount - amount), amount, grants);
    }

    /// <summary>The stored form.</summary>
    public static string Write(IEnumerable<CreditShare> shares) =>
        $"[{string.Join(',', shares.Select(Write))}]";

    /// <summary>Reads the stored form.</summary>
    public static List<CreditShare> Read(string stored)
    {
        using var shares = JsonDocument.Parse(stored);
        return [.. shares.RootElement.EnumerateArray().Select(Read)];
    }

    private static string Write(CreditShare share) =>
        string.Create(CultureInfo.InvariantCulture, $"[\"{share.GrantId}\",{share.Amount.Units}]");

    private static CreditShare Read(JsonElement share) => new(share[0].GetGuid(), new Money(share[1].GetInt64()));

    private static async Task<Money> SumAsync(NpgsqlConnection connection, Payment payment, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select coalesce(sum(amount), 0)::bigint from ({Taking}) t", connection)
            .Add("id", payment.Id);
        return await command.ReadFirstAsync(row => new Money(row.GetInt64(0)), cancellationToken);
    }
}
