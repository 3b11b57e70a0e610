namespace Lava.Billing.Payments;

/// <summary>Puts cards on file. Numbers of cards never come here: the page gives them to the provider itself.</summary>
public interface ICardProvider
{
    /// <summary>Makes the provider's own customer; again: the same.</summary>
    /// <returns>The provider's name of the customer.</returns>
    Task<string> CreateCustomerAsync(Guid customerId, bool isTest, string? phone, CancellationToken cancellationToken);

    /// <summary>Begins the entry of a card; the same order again: the same entry.</summary>
    Task<CardSetup> BeginSetupAsync(CardSetupOrder order, CancellationToken cancellationToken);

    /// <summary>What became of the entry of a card, as the provider says.</summary>
    /// <param name="order">The entry.</param>
    /// <param name="reference">Its name.</param>
    /// <param name="token">A test card's token, which only the sandbox takes; null elsewhere.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<CardSetupResult> ReadSetupAsync(CardSetupOrder order, string reference, string? token, CancellationToken cancellationToken);

    /// <summary>A card is charged no more; nothing where the provider does not know it.</summary>
    Task DetachAsync(string methodReference, bool isTest, CancellationToken cancellationToken);
}
