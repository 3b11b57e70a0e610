namespace Lava.Testing.Stripe;

/// <summary>How the stand-in tells of events.</summary>
public enum StandInDeliveries
{
    /// <summary>When <see cref="StandInWebhooks.DeliverAsync"/> is called, in order.</summary>
    Held,

    /// <summary>At once, beside the answer.</summary>
    Now,

    /// <summary>When called, each twice.</summary>
    Twice,

    /// <summary>When called, in an order of chance.</summary>
    Shuffled,

    /// <summary>Not at all: whoever wants to know them asks for the list.</summary>
    Never,
}
