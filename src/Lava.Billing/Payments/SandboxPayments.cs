using System.Collections.Frozen;
using System.Globalization;
using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Test cards. Whatever is asked, the answer follows from the card and the number of the attempt alone: there is no state that a restart
/// could lose. No money exists outside the books, so what they have not booked was not taken.
/// </summary>
public sealed class SandboxPayments : IPaymentProvider
{
    private const string Prefix = "sbx_";
    private const string DisputePrefix = "sdp_";
    private const string LiveCode = "test_card_in_live_mode";
    private static readonly string[] Prefixes = ["pm_card_", "tok_"];
    private static readonly SandboxCard Declined = new("visa", "0002", "generic_decline");

    // Names that the published table lacks, without prefix and in lower case; some with outcomes of their own.
    private static readonly Dictionary<string, SandboxCard> Others = new()
    {
        ["chargedeclinedonce"] = Declined with { DeclinedAttempts = 1 },
        ["insufficientfunds"] = new("visa", "9995", "insufficient_funds"),
        ["expired"] = new("visa", "0069", "expired_card", ExpiryYear: 2020),
        ["lost"] = new("visa", "9987", "lost_card"),
        ["stolen"] = new("visa", "9979", "stolen_card"),
        ["chargedeclinedfraudulent"] = new("visa", "0019", "fraudulent"),
        ["chargetimeout"] = new("visa", "6975", LosesAnswer: true),
    };

    private static readonly FrozenDictionary<string, SandboxCard> Cards = TestCards.All
        .Select(card => KeyValuePair.Create(NameOf(card.Token)!, Of(card))).Concat(Others)
        .ToFrozenDictionary(StringComparer.Ordinal);

    private readonly SandboxCards _cards = new();

    /// <inheritdoc/>
    public PaymentProviderKind Kind => PaymentProviderKind.Sandbox;

    /// <inheritdoc/>
    public Money AmountMin { get; } = new(Money.UnitsPerDollar / 100);

    /// <summary>A test card by its token, <c>pm_card_visa</c> or <c>tok_visa</c>; null: there is none of this name.</summary>
    public static SandboxCard? FindCard(string token) => NameOf(token) is { } name ? Cards.GetValueOrDefault(name) : null;

    /// <inheritdoc/>
    public Task<string> PrepareAsync(ChargeOrder order, CancellationToken cancellationToken)
    {
        // What comes after the charge is in its name: refunds and disputes know nothing else.
        var after = FindCard(order.MethodReference)?.After is { } known ? $"_{known}" : "";
        var number = order.Attempt.ToString(CultureInfo.InvariantCulture);
        return Task.FromResult($"{Prefix}{Ids.Format(IdPrefix.Payment, order.IsTest, order.PaymentId)}_{number}{after}");
    }

    /// <inheritdoc/>
    public Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) => Task.FromResult(
        FindCard(order.MethodReference)?.LosesAnswer == true ? Result(ChargeOutcome.Unknown, null, reference) : Decide(order, reference));

    /// <inheritdoc/>
    public Task<ChargeResult> ReadAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) => Task.FromResult(
        FindCard(order.MethodReference)?.LosesAnswer == true || order.Action is not null
            ? Decide(order, reference)
            : Result(ChargeOutcome.NotTaken, null, reference));

    /// <inheritdoc/>
    public Task<ChargeTaken> ReadTakenAsync(string reference, bool isTest, CancellationToken cancellationToken) =>
        Task.FromResult(ChargeTaken.Nothing);

    /// <inheritdoc/>
    public async Task<string?> FindAsync(ChargeOrder order, CancellationToken cancellationToken) =>
        await PrepareAsync(order, cancellationToken);

    /// <inheritdoc/>
    public Task<ChargeResult> CancelAsync(ChargeOrder order, string reference, CancellationToken cancellationToken) =>
        Task.FromResult(Result(ChargeOutcome.NotTaken, null, reference));

    /// <inheritdoc/>
    public Task<RefundResult> RefundAsync(RefundOrder order, CancellationToken cancellationToken) => Task.FromResult(
        order.ChargeReference.EndsWith(SandboxCard.AfterRefundFails, StringComparison.Ordinal) || !order.IsTest
            ? new RefundResult(NameOf(order), order.RefundId, order.Amount, RefundStatus.Failed, "expired_or_canceled_card")
        : order.ChargeReference.EndsWith(SandboxCard.AfterRefundPending, StringComparison.Ordinal)
            ? new RefundResult(NameOf(order), order.RefundId, order.Amount, RefundStatus.Asked, null)
            : new RefundResult(NameOf(order), order.RefundId, order.Amount, RefundStatus.Succeeded, null));

    /// <inheritdoc/>
    public async Task<RefundResult?> FindRefundAsync(RefundOrder order, CancellationToken cancellationToken)
    {
        // What took its time is done when it is looked at again.
        var made = await RefundAsync(order, cancellationToken);
        return made.Status == RefundStatus.Asked ? made with { Status = RefundStatus.Succeeded } : made;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RefundResult>> ListRefundsAsync(string chargeReference, bool isTest, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RefundResult>>([]);

    /// <inheritdoc/>
    /// <remarks>All of the charge is disputed, and nobody ever closes it.</remarks>
    public Task<DisputeResult?> ReadDisputeAsync(string reference, bool isTest, CancellationToken cancellationToken) => Task.FromResult(
        isTest && reference.StartsWith(DisputePrefix, StringComparison.Ordinal)
            ? new DisputeResult(
                reference, reference[DisputePrefix.Length..], new Money(long.MaxValue), DisputeStatus.Open, TimeProvider.System.GetUtcNow())
            : null);

    /// <inheritdoc/>
    public Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken) =>
        _cards.CreateCustomerAsync(customerId, isTest, phone, cancellationToken);

    /// <inheritdoc/>
    public Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken) =>
        _cards.BeginSetupAsync(order, cancellationToken);

    /// <inheritdoc/>
    public Task<CardSetupResult> ReadSetupAsync(
        CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken) =>
        _cards.ReadSetupAsync(order, reference, token, cancellationToken);

    /// <inheritdoc/>
    public Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken) =>
        _cards.DetachAsync(methodReference, isTest, cancellationToken);

    private static string? NameOf(string token)
    {
        var prefix = Array.Find(Prefixes, prefix => token.StartsWith(prefix, StringComparison.Ordinal));
        if (prefix is null)
        {
            return null;
        }

        // Declining cards are known with and without the brand that they carry.
        var name = token[prefix.Length..].ToLowerInvariant();
        return name.StartsWith("visa_charge", StringComparison.Ordinal) ? name["visa_".Length..] : name;
    }

    private static SandboxCard Of(TestCard card) => new(
        card.Brand, card.Last4, CodeOf(card.Charge), ExpiryYear: card.Charge == "expired_card" ? (short)2020 : (short)2034)
    {
        SetupDecline = CodeOf(card.Setup) is { } code && code != DeclineCodes.AuthenticationRequired ? code : null,
        After = card.After == "none" ? null : card.After,
    };

    private static string? CodeOf(string word) => word switch
    {
        "ok" => null,
        "auth" => DeclineCodes.AuthenticationRequired,
        _ => word,
    };

    private static string NameOf(RefundOrder order) => $"{Prefix}{Ids.Format(IdPrefix.Refund, order.IsTest, order.RefundId)}";

    private static ChargeResult Decide(ChargeOrder order, string reference)
    {
        var card = FindCard(order.MethodReference);
        var code = !order.IsTest ? LiveCode
            : card is null ? "incorrect_number"
            : order.Attempt <= card.DeclinedAttempts ? card.DeclineCode
            : null;
        var asksBank = code == DeclineCodes.AuthenticationRequired;
        var isRefused = asksBank && order.Action == PaymentAction.Refused;
        return code is null || (asksBank && order.Action == PaymentAction.Done)
            ? Result(ChargeOutcome.Succeeded, null, reference) with
            {
                DisputeReference = card?.After == SandboxCard.AfterDispute ? DisputePrefix + reference : null,
            }
            : Result(isRefused ? ChargeOutcome.Declined : DeclineCodes.OutcomeOf(code), code, reference);
    }

    private static ChargeResult Result(ChargeOutcome outcome, string? code, string reference) => new(outcome, code, null, reference);
}
