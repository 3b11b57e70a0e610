using Lava.Core;
using Lava.Core.Accounts;
using Lava.Metering.Pricing;

namespace Lava.Metering;

/// <summary>
/// One metered call, from its reservation to its row in PostgreSQL. Filled by the gateway while the call runs, written to the
/// journal by <c>UsageRecordCodec</c>, moved to the database by the flusher. Reused from a pool on the hot path.
/// </summary>
public sealed class UsageRecord
{
    /// <summary>Id; also the id of the reservation.</summary>
    public Guid Id { get; set; }

    /// <summary>The id that the API shows: <c>req_…</c> for a gateway call, the caller's own for a report.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>Merchant.</summary>
    public Guid MerchantId { get; set; }

    /// <summary>Customer; null where the call names none.</summary>
    public Guid? CustomerId { get; set; }

    /// <summary>Meter; null where the call names none.</summary>
    public Guid? MeterId { get; set; }

    /// <summary>The spend key that called; null: another credential did.</summary>
    public Guid? SpendKeyId { get; set; }

    /// <summary>The wallet that pays <see cref="Debit"/>: the customer's where <see cref="Billed"/>, else the merchant's.</summary>
    public long WalletId { get; set; }

    /// <summary>State.</summary>
    public RequestStatus Status { get; set; }

    /// <summary>Was the customer charged?</summary>
    public bool Billed { get; set; }

    /// <summary>Was it reported after the fact (<c>POST /v1/requests</c>)?</summary>
    public bool Reported { get; set; }

    /// <summary>Provider's name in the provider table; "" for a report.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Whose provider key.</summary>
    public ProviderKeyType ProviderKeyType { get; set; }

    /// <summary>The model that answered, or the requested one when the answer names none.</summary>
    public string? Model { get; set; }

    /// <summary>Method and target URL without its query: "POST https://api.openai.com/v1/chat/completions".</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>The provider's id of the answer.</summary>
    public string? ResponseId { get; set; }

    /// <summary>The provider's HTTP status; 0 when there was none.</summary>
    public int HttpStatus { get; set; }

    /// <summary>Was the answer streamed?</summary>
    public bool Streamed { get; set; }

    /// <summary>
    /// Why it ended otherwise than expected: an <see cref="ErrorCode"/>'s code, <c>downstream_aborted</c>, <c>interrupted</c> …; null when
    /// it did not.
    /// </summary>
    public string? ErrorCode { get; set; }

    /// <summary>What was used.</summary>
    public Usage Usage { get; set; }

    /// <summary>The same by model where several models did the call and each is priced by its own; else empty.</summary>
    public ModelUsage[] ByModel { get; set; } = [];

    /// <summary>The tier that the provider served the call at.</summary>
    public ServiceTier ServiceTier { get; set; }

    /// <summary>Was it served in a region that has a price of its own, which held for it?</summary>
    public bool IsRegional { get; set; }

    /// <summary>
    /// What the call did with the asynchronous job that <see cref="ResponseId"/> names: began it (not billed yet), asked for it while it
    /// was open, or was the one that saw its end and billed it. A job that was done with its first answer is none.
    /// </summary>
    public JobState Job { get; set; }

    /// <summary>Did the call ask for a job that another had begun? Limits count that one as the request.</summary>
    public bool IsPoll => Job is JobState.Asked or JobState.Succeeded or JobState.Failed;

    /// <summary>The provider's price of the input.</summary>
    public Money InputCost { get; set; }

    /// <summary>The provider's price of the output.</summary>
    public Money OutputCost { get; set; }

    /// <summary>The provider's price.</summary>
    public Money Cost => InputCost + OutputCost;

    /// <summary>The meter's price.</summary>
    public Money Charge { get; set; }

    /// <summary>How the meter prices.</summary>
    public RateType RateType { get; set; }

    /// <summary>The unit that the meter counts.</summary>
    public TierType TierType { get; set; }

    /// <summary>The charge by tier; empty without a meter.</summary>
    public ChargeSlice[] Slices { get; set; } = [];

    /// <summary>Reserved before the call.</summary>
    public Money Held { get; set; }

    /// <summary>What <see cref="WalletId"/> pays: the charge where the customer is billed, else the provider's cost.</summary>
    public Money Debit { get; set; }

    /// <summary>Units that the customer had used on the meter in this cycle before this call; picks the tiers.</summary>
    public long UnitsBefore { get; set; }

    /// <summary>Units that this call adds: tokens, characters, microseconds or requests.</summary>
    public long Units { get; set; }

    /// <summary>First day of the billing cycle in which the units accumulate.</summary>
    public DateOnly CycleStart { get; set; }

    /// <summary>The version of the price catalog that priced the call.</summary>
    public int PriceVersion { get; set; }

    /// <summary>Metadata as a compact JSON object of strings; null without.</summary>
    public string? Metadata { get; set; }

    /// <summary>Content hash of a report: the same id with another hash is a conflict. Zero for gateway calls.</summary>
    public UInt128 Fingerprint { get; set; }

    /// <summary>When the call arrived, microseconds since 1970 UTC.</summary>
    public long CreatedAtMicros { get; set; }

    /// <summary>When it ended, microseconds since 1970 UTC.</summary>
    public long CompletedAtMicros { get; set; }

    /// <summary>From arrival to the first byte of the answer's body, microseconds; 0 without an answer.</summary>
    public long TimeToFirstByteMicros { get; set; }

    /// <summary>The gateway's own share of the time, microseconds.</summary>
    public long AddedMicros { get; set; }

    /// <summary>Takes over all that the other says; the arrays and texts are shared.</summary>
    public void CopyFrom(UsageRecord other)
    {
        Id = other.Id;
        RequestId = other.RequestId;
        MerchantId = other.MerchantId;
        CustomerId = other.CustomerId;
        MeterId = other.MeterId;
        SpendKeyId = other.SpendKeyId;
        WalletId = other.WalletId;
        Status = other.Status;
        Billed = other.Billed;
        Reported = other.Reported;
        Provider = other.Provider;
        ProviderKeyType = other.ProviderKeyType;
        Model = other.Model;
        Endpoint = other.Endpoint;
        ResponseId = other.ResponseId;
        HttpStatus = other.HttpStatus;
        Streamed = other.Streamed;
        ErrorCode = other.ErrorCode;
        Usage = other.Usage;
        ByModel = other.ByModel;
        ServiceTier = other.ServiceTier;
        IsRegional = other.IsRegional;
        Job = other.Job;
        InputCost = other.InputCost;
        OutputCost = other.OutputCost;
        Charge = other.Charge;
        RateType = other.RateType;
        TierType = other.TierType;
        Slices = other.Slices;
        Held = other.Held;
        Debit = other.Debit;
        UnitsBefore = other.UnitsBefore;
        Units = other.Units;
        CycleStart = other.CycleStart;
        PriceVersion = other.PriceVersion;
        Metadata = other.Metadata;
        Fingerprint = other.Fingerprint;
        CreatedAtMicros = other.CreatedAtMicros;
        CompletedAtMicros = other.CompletedAtMicros;
        TimeToFirstByteMicros = other.TimeToFirstByteMicros;
        AddedMicros = other.AddedMicros;
    }

    /// <summary>As new, for the next call.</summary>
    public void Reset()
    {
        Id = default;
        RequestId = "";
        MerchantId = default;
        CustomerId = default;
        MeterId = default;
        SpendKeyId = default;
        WalletId = default;
        Status = default;
        Billed = default;
        Reported = default;
        Provider = "";
        ProviderKeyType = default;
        Model = default;
        Endpoint = "";
        ResponseId = default;
        HttpStatus = default;
        Streamed = default;
        ErrorCode = default;
        Usage = default;
        ByModel = [];
        ServiceTier = default;
        IsRegional = default;
        Job = default;
        InputCost = default;
        OutputCost = default;
        Charge = default;
        RateType = default;
        TierType = default;
        Slices = [];
        Held = default;
        Debit = default;
        UnitsBefore = default;
        Units = default;
        CycleStart = default;
        PriceVersion = default;
        Metadata = default;
        Fingerprint = default;
        CreatedAtMicros = default;
        CompletedAtMicros = default;
        TimeToFirstByteMicros = default;
        AddedMicros = default;
    }
}
