using System.Text.Json;
using Lava.Core;
using Lava.Metering.Pricing;

namespace Lava.Metering;

/// <content>
/// What SDKs up to 8.x read of a request, beside what today's read. They knew two payers: the customer's wallet and the merchant.
/// </content>
public static partial class RequestJson
{
    private const string WalletPays = "wallet";
    private const string MerchantPays = "merchant";

    // The record does not say what its meter's charge contains. A percentage of at least the whole cost does contain it.
    private static bool WalletPaysCost(UsageRecord record) =>
        record.Billed && record.RateType == RateType.Percentage && record.Charge >= record.Cost;

    private static string CostPayer(UsageRecord record) => WalletPaysCost(record) ? WalletPays : MerchantPays;

    private static void WriteOlder(Utf8JsonWriter writer, UsageRecord record, bool isTest, TokenBasis basis)
    {
        WriteId(writer, "connection_id", IdPrefix.Customer, record.CustomerId, isTest);
        WriteId(writer, "product_id", IdPrefix.Meter, record.MeterId, isTest);
        writer.WriteStartObject("fee");
        writer.WriteString("amount", record.Charge.ToString());
        writer.WriteString("rate_type", RateTypeName(record.RateType));
        writer.WriteString("token_basis", basis == TokenBasis.Output ? "output" : "input+output");
        WriteBreakdown(writer, record);
        writer.WriteEndObject();

        // There is none any more.
        writer.WriteStartObject("service_charge");
        writer.WriteString("amount", Money.Zero.ToString());
        writer.WriteString("payer", MerchantPays);
        writer.WriteEndObject();

        var wallet = record.Billed ? record.Charge : Money.Zero;
        var merchant = WalletPaysCost(record) ? Money.Zero : record.Cost;
        writer.WriteString("total_request_cost", (wallet + merchant).ToString());
        writer.WriteString("total_wallet_cost", wallet.ToString());
        writer.WriteString("total_merchant_cost", merchant.ToString());
    }
}
