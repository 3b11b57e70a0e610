namespace Lava.Testing.Stripe;

/// <summary>An answer: its status and its JSON.</summary>
internal readonly record struct StandInAnswer(int Status, string Body);
