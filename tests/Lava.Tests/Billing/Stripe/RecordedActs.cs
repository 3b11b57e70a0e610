using Lava.Billing.Payments;

namespace Lava.Tests.Billing.Stripe;

/// <summary>Writes down what events lead to.</summary>
internal sealed class RecordedActs : IProviderEventActs
{
    public List<string> Done { get; } = [];

    /// <summary>Charges that no attempt has.</summary>
    public HashSet<string> Unknown { get; } = [];

    public Exception? Failure { get; set; }

    public Task<bool> ResumeChargeAsync(string reference, CancellationToken cancellationToken) =>
        Do($"charge {reference}", !Unknown.Contains(reference));

    public Task ResumePaymentAsync(Guid paymentId, CancellationToken cancellationToken) => Do($"payment {paymentId}", true);

    public Task LookAtRefundsAsync(string chargeReference, CancellationToken cancellationToken) => Do($"refunds {chargeReference}", true);

    public Task LookAtDisputeAsync(string reference, CancellationToken cancellationToken) => Do($"dispute {reference}", true);

    public Task CardChangedAsync(string reference, SavedCard? card, CancellationToken cancellationToken) =>
        Do($"card {reference} {card?.ExpiryYear.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "gone"}", true);

    private Task<bool> Do(string what, bool result)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        Done.Add(what);
        return Task.FromResult(result);
    }
}
