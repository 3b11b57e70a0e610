using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>
/// Takes money from cards, in two calls: one that takes nothing and names the charge, one that takes the money under that name. So after
/// any failure "was it taken?" is a question by name, never a second try in the dark.
/// </summary>
public interface IChargeProvider
{
    /// <summary>Who it is.</summary>
    PaymentProviderKind Kind { get; }

    /// <summary>The least that it can charge.</summary>
    Money AmountMin { get; }

    /// <summary>Makes the charge without taking money; the same order again gives the same name.</summary>
    /// <returns>The provider's name of the charge: to be stored before <see cref="ChargeAsync"/>.</returns>
    /// <exception cref="ProviderRefusedException">The provider will never take this order.</exception>
    Task<string> PrepareAsync(ChargeOrder order, CancellationToken cancellationToken);

    /// <summary>Takes the money; again: the same answer, and nothing is taken again.</summary>
    Task<ChargeResult> ChargeAsync(ChargeOrder order, string reference, CancellationToken cancellationToken);

    /// <summary>How a charge stands; takes nothing.</summary>
    Task<ChargeResult> ReadAsync(ChargeOrder order, string reference, CancellationToken cancellationToken);

    /// <summary>What a charge really took, for a person who has to decide what becomes of it.</summary>
    /// <exception cref="ProviderUnavailableException">It is not known now.</exception>
    Task<ChargeTaken> ReadTakenAsync(string reference, bool isTest, CancellationToken cancellationToken);

    /// <summary>The name of an order's charge, looked for among the customer's; null: it was never made.</summary>
    Task<string?> FindAsync(ChargeOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a charge: <see cref="ChargeOutcome.NotTaken"/> is final then, <see cref="ChargeOutcome.Succeeded"/> says that it was too late.
    /// </summary>
    Task<ChargeResult> CancelAsync(ChargeOrder order, string reference, CancellationToken cancellationToken);
}
