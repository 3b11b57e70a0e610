using Lava.Core;

namespace Lava.Billing.Payments;

/// <summary>Puts test cards on file, by their tokens: the page looks a number up and sends the token alone.</summary>
public sealed class SandboxCards : ICardProvider
{
    /// <inheritdoc/>
    public Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken) =>
        Task.FromResult($"sbx_{Ids.Format(IdPrefix.Customer, isTest, customerId)}");

    /// <inheritdoc/>
    public Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken) =>
        Task.FromResult(new CardSetup($"sbx_{Ids.Format(IdPrefix.CheckoutSession, order.IsTest, order.SessionId)}_{order.Number}", null));

    /// <inheritdoc/>
    public Task<CardSetupResult> ReadSetupAsync(
        CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken) => Task.FromResult(
        token is null ? new CardSetupResult(CardSetupOutcome.NotReady)
        : !order.IsTest ? new CardSetupResult(CardSetupOutcome.Declined, null, "test_card_in_live_mode")
        : SandboxPayments.FindCard(token) is not { } card ? new CardSetupResult(CardSetupOutcome.Declined, null, "incorrect_number")
        : card.SetupDecline is { } code ? new CardSetupResult(CardSetupOutcome.Declined, null, code)
        : new CardSetupResult(
            CardSetupOutcome.Saved,
            new SavedCard(token, card.Brand, card.Last4, SandboxCard.ExpiryMonth, card.ExpiryYear, $"sbx_{card.Brand}_{card.Last4}")));

    /// <inheritdoc/>
    public Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken) => Task.CompletedTask;
}
